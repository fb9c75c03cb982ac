import { Failure } from '../core/failure.ts'
import type { Terms } from './terms.ts'
import type { TimeBook } from './time-book.ts'

type Limits = Pick<Terms<unknown, unknown>, 'name' | 'timeoutMs' | 'totalTimeoutMs' | 'retryTimeouts'>

/** The failure of a task that has just reached one of its two limits. */
export function timeout(terms: Limits, time: TimeBook, onWorker: boolean): Failure {
  const { name, timeoutMs, totalTimeoutMs, retryTimeouts } = terms
  const inAll = time.totalLeftMs(totalTimeoutMs) <= Math.max(0, time.attemptLeftMs(timeoutMs))
  const limitMs = inAll ? totalTimeoutMs : timeoutMs
  return new Failure('TIMEOUT', `${name} ran past its limit of ${limitMs} ms${inAll ? ' in all' : ''}`, {
    // What a worker did not finish in time it would not finish the next time either.
    retryable: !inAll && !onWorker && retryTimeouts,
    details: { limitMs },
  })
}
