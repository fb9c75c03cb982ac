import type { Clock } from '../../../src/core/clock.ts'
import { longestLingerMs } from './gathering.ts'

/** Longest between two questions, in milliseconds. */
const longestMs = 300_000

/** When a batch is asked for again: less and less often, and not all batches at once. */
export class Pace {
  readonly #clock: Clock
  readonly #random: () => number
  readonly #firstMs: number
  #ms: number
  #failures = 0
  #wake: (() => void) | undefined

  constructor(clock: Clock, random: () => number, firstMs: number) {
    this.#clock = clock
    this.#random = random
    this.#firstMs = firstMs
    this.#ms = firstMs
  }

  /** About how long until the next question, in milliseconds. */
  get nextMs(): number {
    return this.#ms
  }

  /** The same, with jitter; from then on it is longer. */
  next(): number {
    const ms = this.#ms
    this.#ms = Math.max(this.#firstMs, Math.min(longestMs, ms * 1.5))
    return ms * (0.8 + 0.4 * this.#random())
  }

  /** How long until it is asked again after a failure, in milliseconds: what it says, else longer each time. */
  afterFailure(retryAfterMs: number | undefined): number {
    this.#failures += 1
    const bound = Math.min(longestMs, this.#firstMs * 2 ** Math.min(this.#failures - 1, 20))
    return retryAfterMs === undefined ? bound * (0.5 + 0.5 * this.#random()) : retryAfterMs * (1 + 0.1 * this.#random())
  }

  succeeded(): void {
    this.#failures = 0
  }

  /** Ends early when it is woken. */
  async pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = this.#clock.startTimer(resolve, ms)
    this.#wake = resolve
    await promise
    this.#wake = undefined
    timer.stop()
  }

  /** Until nobody has joined them for so long, or they are not wanted. */
  async quiet(who: { readonly isWanted: boolean; readonly joinedAt: number }, lingerMs: number): Promise<void> {
    const began = this.#clock.now()
    for (;;) {
      const left = Math.min(who.joinedAt + lingerMs, began + longestLingerMs) - this.#clock.now()
      if (left <= 0 || !who.isWanted) return
      await this.pause(left)
    }
  }

  wake(): void {
    this.#wake?.()
  }
}
