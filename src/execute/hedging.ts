import { Failure } from '../core/failure.ts'
import type { Hedge, OwnedTask } from './terms.ts'

export const overtaken: Failure = new Failure('CANCELLED', 'the other attempt of the task was faster')

/** Of one attempt that may have a second one beside it, once, when it is slow: how that stands. */
export class Hedging {
  /** The second attempt. */
  backup: OwnedTask | undefined
  /** How its own attempt failed while the second one is on. */
  heldBack: Failure | undefined
  /** Second attempts of the task that have begun. */
  begun: number
  readonly #begunBefore: number
  readonly #hedge: Hedge
  /** By how much longer than at first it is waited for before asking for a second attempt again. */
  #patience = 1

  constructor(hedge: Hedge, begunBefore = 0) {
    this.#hedge = hedge
    this.begun = begunBefore
    this.#begunBefore = begunBefore
  }

  /** How long an attempt may take before a second one is due, in milliseconds. */
  get afterMs(): number {
    if (this.backup !== undefined || this.begun > this.#begunBefore) return Number.POSITIVE_INFINITY
    const { afterMs, latencies } = this.#hedge
    // Twice no time at all would still be none.
    const ms = afterMs === 'p95' ? Math.max(1, latencies.quantile(0.95) ?? Number.POSITIVE_INFINITY) : afterMs
    return ms * this.#patience
  }

  /** There was none to be had: it is asked for again when the attempt has taken twice as long. */
  refused(): void {
    this.#patience *= 2
  }

  /** An attempt has ended, or was given up because the other one was faster: it took at least so long. */
  took(ms: number): void {
    this.#hedge.latencies.record(ms)
  }

  /** Forgets the second attempt and ends it. */
  stop(): void {
    const { backup } = this
    this.backup = undefined
    backup?.cancel(overtaken)
  }
}
