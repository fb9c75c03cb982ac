import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Marks, Recorded } from '../../src/journal/journal.ts'
import { openJournal } from '../../src/journal/open-journal.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** What the journal of a dead process holds. */
export interface Snapshot {
  readonly marks: Marks | undefined
  /** Work with a result, as `item/step`. */
  readonly work: ReadonlySet<string>
}

/** Reads a copy, so that the next life finds everything as the dead one left it. Nothing where no run was begun. */
export async function snapshot(journalFolder: string, items: number): Promise<Snapshot> {
  await using copy = await tempFolder()
  const place = join(copy.path, 'journal')
  const isThere = await cp(journalFolder, place, { recursive: true }).then(
    () => true,
    () => false,
  )
  if (!isThere) return nothing
  await rm(join(place, 'lock'), { force: true, recursive: true })
  // The index of a log does not survive a power cut, and is made again from the log.
  await rm(join(place, 'journal.db-shm'), { force: true })
  return await readSnapshot(place, items)
}

const nothing: Snapshot = { marks: undefined, work: new Set() }

async function readSnapshot(place: string, items: number): Promise<Snapshot> {
  await using journal = await openJournal(place)
  const [run] = await journal.runs()
  if (run === undefined) return nothing
  await using opened = await journal.open(run.id)
  const recalled = await opened.recall(Array.from({ length: items }, (_, item) => item))
  const work = new Set<string>()
  for (const rows of recalled.values()) {
    for (const row of rows) if (hasResult(row)) work.add(`${row.item}/${row.step}`)
  }
  return { marks: run.marks, work }
}

function hasResult({ state }: Recorded): boolean {
  return state === 'done' || state === 'failed' || state === 'dead'
}
