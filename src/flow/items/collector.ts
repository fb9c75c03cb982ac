import type { Failure } from '../../core/failure.ts'
import type { Outcome } from '../../core/outcome.ts'

/** Where the outcomes of a run go. */
export interface Collector<O, I> {
  /** Outcomes that nobody has taken yet. */
  readonly held: number
  /** Running tasks and held outcomes together that may be there before nothing more is started. */
  readonly window: number
  deliver(outcome: Outcome<O, I>): void
  /** Every outcome was delivered. `broken`: why the run as a whole failed, when it did. */
  ended(broken: Failure | undefined): void
}
