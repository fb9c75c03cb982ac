import { Failure } from '../../core/failure.ts'
import type { Reopening } from '../../journal/journal.ts'
import { originOf } from './origin.ts'
import { perform } from './perform.ts'
import { type FoundRun, findRun } from './place.ts'
import { planOf } from './run.ts'
import { parseRunOptions, type RunWords } from './run-options.ts'

/**
 * `weft resume`: goes on with a run that did not come to its end.
 *
 * @returns the exit code
 * @throws Failure `RUN_UNKNOWN`, `INVALID_OPTION`, what `weft run` throws
 */
export async function resumeCommand(word: string, words: unknown): Promise<number> {
  const options = words as RunWords
  const found = await findRun(word, options.job)
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
  return await goOn(await findRun(word, options.job), options, retry)
}

async function goOn(found: FoundRun, options: RunWords, retry: Reopening | undefined): Promise<number> {
  const { reports } = parseRunOptions(options)
  const origin = await originOf(found, options.job)
  const plan = await planOf(origin.file, origin.overrides)
  return await perform({
    plan,
    origin,
    settings: { reports },
    runId: found.row.id,
    ...(retry === undefined ? {} : { retry }),
  })
}
