import type { Outcome } from '../../core/outcome.ts'
import type { Tally } from '../../core/tally.ts'

/** A tally that grows. */
export class ItemTally implements Tally {
  done = 0
  failed = 0
  skipped = 0
  cancelled = 0;

  get in(): number {
    return this.done + this.failed + this.skipped + this.cancelled
  }

  add({ status }: Outcome<unknown>): void {
    this[status] += 1
  }

  /** As it is now. */
  get now(): Tally {
    const { done, failed, skipped, cancelled } = this
    return { in: this.in, done, failed, skipped, cancelled }
  }
}
