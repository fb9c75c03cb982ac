import { rm } from 'node:fs/promises'
import type { RunRow } from '../../../journal/journal.ts'
import { accountOf } from '../account.ts'

/**
 * Files in which the records of unfinished runs lie that a run has given up by beginning anew. Whoever goes on with one of those all the same has its
 * records written again, out of the journal.
 *
 * @param newestFirst runs of one journal, whose lock is held: none of them is living but this one
 */
export function givenUpPartials(newestFirst: readonly RunRow[], { id, marks }: RunRow): string[] {
  if (!accountOf(marks).isFresh) return []
  const own = newestFirst.findIndex((row) => row.id === id)
  return newestFirst.slice(own + 1).flatMap((row) => (row.state === 'finished' ? [] : partialsOf(row)))
}

/** Where the records of a run lie until they are published: files that have its id in their names. */
export function partialsOf({ marks }: Pick<RunRow, 'marks'>): readonly string[] {
  return accountOf(marks).partials ?? []
}

/** Never throws: what cannot be removed does no more harm than it did. */
export async function removePartials(paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(path, { force: true }).catch(() => undefined)
}
