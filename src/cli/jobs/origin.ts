import { existsSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import * as v from 'valibot'
import { Failure } from '../../core/failure.ts'
import type { Journal } from '../../journal/journal.ts'
import { openJournal } from '../../journal/open-journal.ts'
import type { FoundRun } from './place.ts'
import type { Overrides } from './run-options.ts'

/** How a run was begun: what those who go on with it need beside its journal. */
export interface Origin {
  /** Path of the job file. */
  readonly file: string
  readonly overrides: Overrides
  /** Where its records lie, once a life of it has ended. */
  readonly outputs?: readonly string[]
}

/** Relative to the journal: the folder of a job may be moved with all that is in it. */
export async function rememberOrigin(journal: Journal, folder: string, id: string, origin: Origin): Promise<void> {
  const file = relative(folder, resolve(origin.file))
  await journal.setNote(noteName(id), JSON.stringify({ ...origin, file }))
}

/** As `recallOrigin`, of a run whose journal nobody has open here. @throws Failure `INVALID_OPTION` */
export async function originOf({ row, folder }: FoundRun, jobFile: string | undefined): Promise<Origin> {
  await using journal = await openJournal(folder, { readOnly: true })
  return await recallOrigin(journal, folder, row.id, jobFile)
}

/**
 * @param jobFile what the user says it is, which counts more
 * @throws Failure `INVALID_OPTION` where nobody says which file the job stands in
 */
export async function recallOrigin(
  journal: Journal,
  folder: string,
  id: string,
  jobFile: string | undefined,
): Promise<Origin> {
  const notes = await journal.notes(noteName(id))
  const text = notes.find(([name]) => name === noteName(id))?.[1]
  if (text !== undefined) {
    const known = v.parse(origin, JSON.parse(text)) as Origin
    return { ...known, file: jobFile ?? resolve(folder, known.file) }
  }
  if (jobFile !== undefined) return { file: jobFile, overrides: {} }
  throw new Failure('INVALID_OPTION', `${id} does not say which file its job stands in: give --job FILE`)
}

/**
 * The job file of the last run of a journal, where that is another one that is still there: two jobs of one name share their journal.
 */
export async function otherJobFile(journal: Journal, folder: string, file: string): Promise<string | undefined> {
  const [last] = await journal.runs()
  if (last === undefined) return undefined
  const { file: other } = await recallOrigin(journal, folder, last.id, undefined).catch(() => ({ file: undefined }))
  return other !== undefined && resolve(other) !== resolve(file) && existsSync(other) ? other : undefined
}

export async function forgetOrigin(journal: Journal, id: string): Promise<void> {
  await journal.setNote(noteName(id), undefined)
}

function noteName(id: string): string {
  return `cli.origin.${id}`
}

const origin = v.object({
  file: v.string(),
  overrides: v.object({
    input: v.optional(v.string()),
    out: v.optional(v.string()),
    limit: v.optional(v.number()),
    ordered: v.optional(v.literal(true)),
  }),
  outputs: v.optional(v.array(v.string())),
})
