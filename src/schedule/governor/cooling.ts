const firstMs = 100
const longestMs = 60_000

/** Until when nothing may begin on a lane whose provider said that it is too much. */
export class Cooling {
  /** Negative infinity: it never had to cool. */
  until: number = Number.NEGATIVE_INFINITY
  /** Refusals in a row that did not say for how long. */
  #inARow = 0
  readonly #random: () => number

  constructor(random: () => number) {
    this.#random = random
  }

  /** Whether nothing was answered yet that began after the last refusal. */
  get isProbing(): boolean {
    return this.#inARow > 0
  }

  /** Whether the last thing that was tried after cooling was refused, too. */
  get isRepeated(): boolean {
    return this.#inARow > 1
  }

  /** The provider said for how long. Of several the latest counts; up to a tenth more keeps those who were told the same apart. */
  ask(retryAfterMs: number, now: number): void {
    this.#holdUntil(now + retryAfterMs + (this.#random() * retryAfterMs) / 10)
  }

  /**
   * It did not say: exponential back-off with equal jitter (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015),
   * from 0.1 s to 60 s. Half of it is not left to chance: whoever was refused never comes back at once.
   */
  backOff(now: number): void {
    const boundMs = Math.min(longestMs, firstMs * 2 ** Math.min(this.#inARow, 30))
    this.#inARow += 1
    this.#holdUntil(now + boundMs / 2 + (this.#random() * boundMs) / 2)
  }

  /** Something that began after the last refusal was answered. */
  answered(): void {
    this.#inARow = 0
  }

  #holdUntil(at: number): void {
    this.until = Math.max(this.until, at)
  }
}
