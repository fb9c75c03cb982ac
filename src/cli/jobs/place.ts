import { statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { errorCodeOf, Failure } from '../../core/failure.ts'
import { suggestion } from '../../core/suggestion.ts'
import type { Journal } from '../../journal/journal.ts'
import { openJournal } from '../../journal/open-journal.ts'
import { seenRuns } from '../../journal/seen-runs.ts'
import { type CountedRun, counted } from './account.ts'

/** A run that a user named. */
export interface FoundRun {
  readonly row: CountedRun
  /** Of its job's journal. */
  readonly folder: string
}

/**
 * The run that a user means: `NAME-3`, or a job by its name or its file, for the last run of it.
 *
 * @param jobFile beside which to look; undefined: in the working folder
 * @throws Failure `RUN_UNKNOWN`, `JOB_INVALID`, `JOURNAL_CORRUPT`, `JOURNAL_NEWER`, `FILE_UNREADABLE`
 */
export async function findRun(word: string, jobFile: string | undefined): Promise<FoundRun> {
  if (isJobFile(word)) return lastRun(await journalFolderOf(word), word)
  const root = join(jobFile === undefined ? process.cwd() : dirname(resolve(jobFile)), '.weft')
  const names = await jobsIn(root)
  if (names.includes(word)) return lastRun(join(root, word), word)
  const name = /^(?<name>.+)-\d+$/.exec(word)?.groups?.name
  if (name !== undefined && names.includes(name)) {
    const folder = join(root, name)
    const row = (await runsOf(folder)).find(({ id }) => id === word)
    if (row !== undefined) return { row, folder }
  }
  const known = await Promise.all(names.map(async (one) => (await runsOf(join(root, one))).map(({ id }) => id)))
  throw unknownRun(word, root, known.flat())
}

/** Names of the jobs whose journals lie in a `.weft` folder. */
export async function jobsIn(root: string): Promise<string[]> {
  try {
    const entries = await readdir(root, { withFileTypes: true })
    return entries
      .filter((entry) => entry.isDirectory() && isBegun(join(root, entry.name, 'journal.db')))
      .map(({ name }) => name)
      .sort()
  } catch (thrown) {
    if (errorCodeOf(thrown) === 'ENOENT') return []
    throw new Failure('FILE_UNREADABLE', `${root} cannot be read: ${errorCodeOf(thrown)}`, { cause: thrown })
  }
}

/** A process may have died before it had written anything. */
function isBegun(journal: string): boolean {
  const { size = 0 } = statSync(journal, { throwIfNoEntry: false }) ?? {}
  return size > 0
}

/** Newest first. */
export async function runsOf(folder: string): Promise<CountedRun[]> {
  await using journal: Journal = await openJournal(folder, { readOnly: true })
  const runs = await seenRuns(folder, () => journal.runs())
  return await Promise.all(runs.map((row) => counted(journal, row)))
}

export function isJobFile(word: string): boolean {
  return /\.(ya?ml|m?[jt]s)$/.test(word)
}

/** @throws Failure `JOB_INVALID`, `FILE_UNREADABLE` */
export async function journalFolderOf(jobFile: string): Promise<string> {
  const { loadJob } = await import('../../batch/job/file/load-job.ts')
  const { name } = await loadJob(jobFile)
  return join(dirname(resolve(jobFile)), '.weft', name)
}

async function lastRun(folder: string, word: string): Promise<FoundRun> {
  const isThere = (await jobsIn(dirname(folder))).some((name) => join(dirname(folder), name) === folder)
  const [row] = isThere ? await runsOf(folder) : []
  if (row !== undefined) return { row, folder }
  throw new Failure('RUN_UNKNOWN', `${word} has not been run: there is no run of it in ${dirname(folder)}`)
}

function unknownRun(word: string, root: string, known: readonly string[]): Failure {
  const hint =
    known.length === 0
      ? `${root} holds no runs: name the job file, or give --job FILE, to look beside it`
      : `there is none in ${root}${suggestion(word, known)}`
  return new Failure('RUN_UNKNOWN', `no run ${word}: ${hint}`)
}
