import type { JobReport } from '../../batch/durable/job-run.ts'
import { Failure } from '../../core/failure.ts'
import { exitCodes } from '../exit-codes.ts'

/** Those of `weft read`; what a filter left out, as its job wants it, is no failure. */
export function exitCodeOf({ state, tally, failures, broken }: JobReport): number {
  if (Failure.is(broken) && broken.code === 'OUTPUT_CLOSED') return exitCodes.outputClosed
  if (state !== 'finished') return exitCodes.someFailed
  if (tally.done === 0) return exitCodes.nothingDone
  const isClean = tally.failed === 0 && failures.every(({ code }) => code === 'FILTERED')
  return isClean ? exitCodes.done : exitCodes.someFailed
}
