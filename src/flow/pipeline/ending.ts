import type { Failure } from '../../core/failure.ts'
import type { Outcome } from '../../core/outcome.ts'
import type { End } from '../run/course.ts'

/** How an item ends that does not come through. */
export type Ending = { readonly status: 'failed'; readonly failure: Failure } | End

/** The end of a task is that of its item. */
export function endingOf(outcome: Exclude<Outcome<unknown>, { readonly status: 'done' }>): Ending {
  if (outcome.status === 'failed') return { status: outcome.status, failure: outcome.failure }
  if (outcome.status === 'skipped') return { status: outcome.status, cause: outcome.cause }
  return { status: outcome.status, reason: outcome.reason }
}
