import { readdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { type HeldEffects, heldEffects } from '../../batch/durable/effects/held-effects.ts'
import { partialsOf, removePartials } from '../../batch/durable/output/partials.ts'
import { Failure } from '../../core/failure.ts'
import { openJournal } from '../../journal/open-journal.ts'
import type { SeenRun } from '../../journal/seen-runs.ts'
import { exitCodes } from '../exit-codes.ts'
import { printable } from '../printable.ts'
import { parseCount, parseDuration, size } from '../units.ts'
import { writeOut } from '../write-out.ts'
import type { CountedRun } from './account.ts'
import { forgetOrigin } from './origin.ts'
import { findRun, jobsIn, runsOf } from './place.ts'
import { answerTo, canAsk, isYes } from './question.ts'
import { count, dollars } from './view/figures.ts'

interface PruneWords {
  readonly keep?: string
  readonly olderThan?: string
  readonly job?: string
  readonly all?: boolean
  readonly yes?: boolean
}

/**
 * `weft runs prune`: forgets runs, with the files in which records of unfinished ones lie, and says what that freed. Without names, those that have ended and that no option keeps, once somebody has said
 * yes to it: what was paid for is lost with them. Runs that hold effects of which nobody knows how they ended go only by their names: without them a
 * next run would do those again.
 *
 * @throws Failure `RUN_UNKNOWN`, `INVALID_OPTION`, `JOURNAL_LOCKED`, `JOURNAL_FAILED`
 */
export async function pruneCommand(words: readonly string[], options: unknown): Promise<number> {
  const { keep, olderThan, job, all = false, yes = false } = options as PruneWords
  const rule: PruneRule = {
    keep: keep === undefined ? 0 : parseCount(keep, '--keep', 0),
    olderThanMs: olderThan === undefined ? 0 : parseDuration(olderThan, '--older-than'),
    nowMs: Date.now(),
    isAll: all,
  }
  const isNamed = words.length > 0
  const found = isNamed ? await namedRuns(words, job) : await endedRuns(job, rule)
  const { chosen, lines } = await apart(found, isNamed)
  for (const line of lines) await writeOut(process.stdout, printable(line))
  if (chosen.size === 0) {
    await writeOut(process.stdout, 'nothing to forget')
    return exitCodes.done
  }
  if (!isNamed && !yes && !(await isAgreed(await lossOf(chosen)))) {
    await writeOut(process.stdout, 'nothing was forgotten')
    return exitCodes.nothingDone
  }
  for (const [folder, runs] of chosen) {
    const ids = runs.map(({ id }) => id)
    await using journal = await openJournal(folder)
    const freedBytes = await journal.prune(ids)
    for (const id of ids) await forgetOrigin(journal, id)
    await removePartials(runs.flatMap(partialsOf))
    await writeOut(process.stdout, `${ids.join(', ')}: forgotten, ${size(freedBytes)} freed`)
  }
  return exitCodes.done
}

export interface PruneRule {
  /** Of each job, the last so many runs stay. */
  readonly keep: number
  readonly olderThanMs: number
  readonly nowMs: number
  /** The newest and the largest that are finished, too, from which a next run takes what is the same. */
  readonly isAll: boolean
}

/** The runs of one job that a rule lets go: never one that may still be gone on with. */
export function prunable<Run extends SeenRun>(newestFirst: readonly Run[], rule: PruneRule): Run[] {
  const { keep, olderThanMs, nowMs, isAll } = rule
  const finished = newestFirst.filter(({ state }) => state === 'finished')
  const largest = finished.toSorted((one, other) => other.marks.tally.in - one.marks.tally.in)[0]
  // A trial of five items is no reason to forget the night before.
  const kept = isAll ? [] : [finished[0], largest]
  return newestFirst
    .slice(keep)
    .filter((run) => !kept.includes(run) && (run.state === 'finished' || run.state === 'rolled-back'))
    .filter(({ updatedAt }) => nowMs - Date.parse(updatedAt) >= olderThanMs)
}

/** What is lost, in words. */
async function lossOf(chosen: Chosen): Promise<string> {
  const runs = [...chosen.values()].flat()
  const items = runs.reduce((sum, { counts }) => sum + counts.tally.in, 0)
  const costUsd = runs.reduce((sum, { marks }) => sum + marks.usage.costUsd, 0)
  let bytes = 0
  for (const folder of chosen.keys()) bytes += await folderBytes(folder)
  const ids = runs.slice(0, 5).map(({ id }) => id)
  const named = `${ids.join(', ')}${runs.length > ids.length ? `, and ${count(runs.length - ids.length)} more` : ''}`
  const paid = costUsd > 0 ? `, paid for with ${dollars(costUsd)},` : ''
  return `${count(runs.length)} ${runs.length === 1 ? 'run' : 'runs'} (${named}) with the results of ${count(items)} items${paid} in journals of ${size(bytes)}: what they did is done, paid for and sent again when it is wanted again`
}

/** @throws Failure `INVALID_OPTION` where nobody can be asked */
async function isAgreed(loss: string): Promise<boolean> {
  if (!canAsk()) throw new Failure('INVALID_OPTION', `this forgets ${loss}; give --yes, or name the runs`)
  return isYes(await answerTo(printable(`forget ${loss}? (y/N) `)))
}

async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  const sizes = await Promise.all(files.map(async (file) => (await stat(file).catch(() => undefined))?.size ?? 0))
  return sizes.reduce((sum, one) => sum + one, 0)
}

/** Without those whose effects would be done again unasked, unless they were named; and what is said of such. */
async function apart(found: Chosen, isNamed: boolean): Promise<{ readonly chosen: Chosen; readonly lines: string[] }> {
  const chosen: Chosen = new Map()
  const lines: string[] = []
  for (const [folder, runs] of found) {
    await using journal = await openJournal(folder, { readOnly: true })
    const going: CountedRun[] = []
    for (const run of runs) {
      const held = heldText(await heldEffects(journal, run))
      if (isNamed || held === undefined) going.push(run)
      if (held === undefined) continue
      lines.push(
        isNamed
          ? `${run.id}: ${held}: that is forgotten with it, and would be done again`
          : `${run.id} is kept, as ${held}, and would be done again: to forget it all the same, name it`,
      )
    }
    if (going.length > 0) chosen.set(folder, going)
  }
  return { chosen, lines }
}

function heldText({ uncertain, standing }: HeldEffects): string | undefined {
  const parts = [
    ...(uncertain > 0
      ? [`${count(uncertain)} of its effects ${uncertain === 1 ? 'was' : 'were'} begun and may have been had`]
      : []),
    ...(standing > 0 ? [`${count(standing)} of its effects ${standing === 1 ? 'was' : 'were'} not taken back`] : []),
  ]
  return parts.length === 0 ? undefined : parts.join(' and ')
}

/** By the folders of their journals. */
type Chosen = Map<string, CountedRun[]>

async function namedRuns(words: readonly string[], job: string | undefined): Promise<Chosen> {
  const chosen: Chosen = new Map()
  for (const word of words) {
    const { folder, row } = await findRun(word, job)
    chosen.set(folder, [...(chosen.get(folder) ?? []), row])
  }
  return chosen
}

async function endedRuns(job: string | undefined, rule: PruneRule): Promise<Chosen> {
  const root = join(job === undefined ? process.cwd() : dirname(resolve(job)), '.weft')
  const chosen: Chosen = new Map()
  for (const name of await jobsIn(root)) {
    const runs = prunable(await runsOf(join(root, name)), rule)
    if (runs.length > 0) chosen.set(join(root, name), runs)
  }
  return chosen
}
