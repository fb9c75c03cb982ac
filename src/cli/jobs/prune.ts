import { dirname, join, resolve } from 'node:path'
import { openJournal } from '../../journal/open-journal.ts'
import type { SeenRun } from '../../journal/seen-runs.ts'
import { parseCount, parseDuration, size } from '../units.ts'
import { writeOut } from '../write-out.ts'
import { forgetOrigin } from './origin.ts'
import { findRun, jobsIn, runsOf } from './place.ts'

interface PruneWords {
  readonly keep?: string
  readonly olderThan?: string
  readonly job?: string
}

/**
 * `weft runs prune`: forgets runs, and says what that freed. Without names, those that have ended and that no option keeps.
 *
 * @throws Failure `RUN_UNKNOWN`, `INVALID_OPTION`, `JOURNAL_LOCKED`, `JOURNAL_FAILED`
 */
export async function pruneCommand(words: readonly string[], options: unknown): Promise<number> {
  const { keep, olderThan, job } = options as PruneWords
  const rule: PruneRule = {
    keep: keep === undefined ? 0 : parseCount(keep, '--keep', 0),
    olderThanMs: olderThan === undefined ? 0 : parseDuration(olderThan, '--older-than'),
    nowMs: Date.now(),
  }
  const chosen = words.length > 0 ? await namedRuns(words, job) : await endedRuns(job, rule)
  if (chosen.size === 0) await writeOut(process.stdout, 'nothing to forget')
  for (const [folder, ids] of chosen) {
    await using journal = await openJournal(folder)
    const freedBytes = await journal.prune(ids)
    for (const id of ids) await forgetOrigin(journal, id)
    await writeOut(process.stdout, `${ids.join(', ')}: forgotten, ${size(freedBytes)} freed`)
  }
  return 0
}

export interface PruneRule {
  /** Of each job, the last so many runs stay. */
  readonly keep: number
  readonly olderThanMs: number
  readonly nowMs: number
}

/** The runs of one job that a rule lets go: never one that may still be gone on with. */
export function prunable(newestFirst: readonly SeenRun[], { keep, olderThanMs, nowMs }: PruneRule): string[] {
  return newestFirst
    .slice(keep)
    .filter(({ state }) => state === 'finished' || state === 'rolled-back')
    .filter(({ updatedAt }) => nowMs - Date.parse(updatedAt) >= olderThanMs)
    .map(({ id }) => id)
}

async function namedRuns(words: readonly string[], job: string | undefined): Promise<Map<string, string[]>> {
  const chosen = new Map<string, string[]>()
  for (const word of words) {
    const { folder, row } = await findRun(word, job)
    chosen.set(folder, [...(chosen.get(folder) ?? []), row.id])
  }
  return chosen
}

async function endedRuns(job: string | undefined, rule: PruneRule): Promise<Map<string, string[]>> {
  const root = join(job === undefined ? process.cwd() : dirname(resolve(job)), '.weft')
  const chosen = new Map<string, string[]>()
  for (const name of await jobsIn(root)) {
    const ids = prunable(await runsOf(join(root, name)), rule)
    if (ids.length > 0) chosen.set(join(root, name), ids)
  }
  return chosen
}
