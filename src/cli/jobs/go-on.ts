import { Failure } from '../../core/failure.ts'
import type { Reopening } from '../../journal/journal.ts'
import { openJournal } from '../../journal/open-journal.ts'
import { exitCodes } from '../exit-codes.ts'
import { originOf } from './origin.ts'
import { perform } from './perform.ts'
import { type FoundRun, findRun } from './place.ts'
import { planOf } from './run.ts'
import { RunEnds } from './run-ends.ts'
import { parseRunOptions, type RunWords } from './run-options.ts'
import { count } from './view/figures.ts'
import { openJobReports } from './view/job-reports.ts'

/**
 * `weft resume`: goes on with a run that did not come to its end.
 *
 * @returns the exit code
 * @throws Failure `RUN_UNKNOWN`, `INVALID_OPTION`, what `weft run` throws
 */
export async function resumeCommand(word: string, words: unknown): Promise<number> {
  const options = words as RunWords
  const found = await findRun(word, options.job)
  if (found.row.state === 'rolling-back') {
    const { id } = found.row
    throw new Failure(
      'INVALID_OPTION',
      `${id} is being rolled back: weft rollback ${id} goes on with that, weft run begins a new run`,
    )
  }
  if (found.row.state === 'finished' || found.row.state === 'rolled-back') {
    throw new Failure(
      'INVALID_OPTION',
      `${found.row.id} is ${found.row.state}: weft retry ${found.row.id} does what failed again, weft run begins a new run`,
    )
  }
  return await goOn(found, options, undefined)
}

export interface RetryWords extends RunWords {
  readonly failed?: boolean
  readonly dead?: boolean
  readonly skipped?: boolean
}

/**
 * `weft retry`: does again what failed, or is dead, or was skipped; with none of them named, what failed.
 *
 * @returns the exit code
 * @throws Failure as `weft resume`
 */
export async function retryCommand(word: string, words: unknown): Promise<number> {
  const options = words as RetryWords
  const { failed, dead = false, skipped = false } = options
  const retry: Reopening = { failed: failed ?? !(dead || skipped), dead, skipped }
  const found = await findRun(word, options.job)
  const nothing = found.row.state === 'finished' ? await nothingToRetry(found, retry) : undefined
  if (nothing === undefined) return await goOn(found, options, retry)
  openJobReports(parseRunOptions(options).reports, process.stderr, false).note(nothing)
  return exitCodes.done
}

/** What there is instead, in words; undefined: there is something. */
async function nothingToRetry({ row, folder }: FoundRun, retry: Reopening): Promise<string | undefined> {
  await using journal = await openJournal(folder, { readOnly: true })
  await using run = await journal.open(row.id)
  const ends = await RunEnds.of(run.settledNotDone())
  const kinds = ['failed', 'dead', 'skipped'] as const
  if (kinds.some((kind) => retry[kind] && ends[kind] > 0)) return undefined
  const wanted = kinds.filter((kind) => retry[kind]).join(' or ')
  const others = [
    ...(ends.failed > 0 ? [`${count(ends.failed)} failed: weft retry ${row.id}`] : []),
    ...(ends.malformed > 0
      ? [`${count(ends.malformed)} malformed: mend the input, then weft run does these anew`]
      : []),
    ...(ends.dead > ends.malformed
      ? [`${count(ends.dead - ends.malformed)} dead: after mending the cause, weft retry ${row.id} --dead`]
      : []),
    ...(ends.skipped > 0 ? [`${count(ends.skipped)} skipped: weft retry ${row.id} --skipped`] : []),
  ]
  return [`${row.id} has nothing to retry that is ${wanted}`, ...others].join('; ')
}

async function goOn(found: FoundRun, options: RunWords, retry: Reopening | undefined): Promise<number> {
  const { reports, redoesEffects } = parseRunOptions(options)
  const origin = await originOf(found, options.job)
  const plan = await planOf(origin.file, origin.overrides)
  return await perform({
    plan,
    origin,
    settings: { reports, redoesEffects },
    runId: found.row.id,
    ...(retry === undefined ? {} : { retry }),
  })
}
