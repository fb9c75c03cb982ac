/** Samples that are kept: what was before them is forgotten. */
const recentCount = 1_000
/** With fewer samples than this, a high quantile would be whatever the slowest one happened to be. */
const enoughCount = 20

/**
 * How long things took lately, and what share of them took at most how long: for "slower than 95 % of its kind".
 *
 * The last 1,000 samples as they are, in a ring. (`createHistogram` of node:perf_hooks takes no zero and no fraction, holds 9 KB outside the
 * heap for each kind from the first sample on, and forgets nothing.) Recording writes one number; the quantile is read from a sorted copy, which is made
 * anew once a sixteenth of the samples are new.
 */
export class Latencies {
  #recorded = 0
  readonly #recent: number[] = []
  #sorted: Float64Array = new Float64Array(0)
  #sortAgainAt = 0

  /** Samples that the quantiles are of: at most 1,000. */
  get count(): number {
    return this.#recent.length
  }

  record(ms: number): void {
    this.#recent[this.#recorded % recentCount] = ms
    this.#recorded += 1
  }

  /**
   * The shortest time within which at least `share` of the samples ended, in milliseconds. Undefined as long as there are fewer than 20.
   *
   * @param share more than 0, at most 1: 0.95 for the p95
   */
  quantile(share: number): number | undefined {
    if (this.count < enoughCount) return undefined
    if (this.#recorded >= this.#sortAgainAt) {
      this.#sorted = Float64Array.from(this.#recent).sort()
      this.#sortAgainAt = this.#recorded + this.count / 16
    }
    return this.#sorted[Math.ceil(share * this.#sorted.length) - 1]
  }
}
