import type { Round } from './rounds.ts'

/** By how much larger it has to be before it must have brought more. */
const step = 1.2
/** So many answers tell one speed from another: with fewer, chance does. */
const enough = 24
/** So many measurements in a row may fail to show a gain. */
const patience = 2

/**
 * Whether more at the same time gets more done. A provider that refuses nothing and queues everything would otherwise be sent more and more.
 * The rule is that of BBR's startup (N. Cardwell et al., "BBR: Congestion-Based Congestion Control", ACM Queue 2016): twice
 * without a clear gain, here a quarter of what would be proportional, are enough: there it is three rounds, but one of ours is longer.
 */
export class Payoff {
  #best: Speed | undefined
  #misses = 0
  /** Rounds of about one size that are not enough yet. */
  #size = 0
  #answers = 0
  #ms = 0

  /** @returns the size to go back to, where what came on top of it brought nothing */
  add({ size, answers, ms, isFull }: Round): number | undefined {
    if (!isFull || size > this.#size * step || size * step < this.#size) this.#measure(size)
    if (!isFull) return undefined
    this.#answers += answers
    this.#ms += ms
    if (this.#answers < enough || this.#ms === 0) return undefined
    const measured = { size: this.#size, perMs: this.#answers / this.#ms }
    this.#measure(size)
    return this.#judge(measured)
  }

  reset(): void {
    this.#best = undefined
    this.#misses = 0
    this.#measure(0)
  }

  #judge(measured: Speed): number | undefined {
    const best = this.#best
    if (best === undefined || measured.size < best.size) this.#best = measured
    else if (measured.size < best.size * step) {
      // A mean of late: the best ever would be a stroke of luck that nothing comes up to.
      this.#best = { ...best, perMs: best.perMs + (measured.perMs - best.perMs) / 4 }
    } else if (measured.perMs >= best.perMs * (1 + (measured.size / best.size - 1) / 4)) {
      this.#best = measured
      this.#misses = 0
    } else {
      this.#misses += 1
      if (this.#misses >= patience) {
        // Tasks may have become slower: what is possible at that size is measured anew.
        this.reset()
        return Math.max(1, Math.floor(best.size / step))
      }
    }
    return undefined
  }

  #measure(size: number): void {
    this.#size = size
    this.#answers = 0
    this.#ms = 0
  }
}

interface Speed {
  readonly size: number
  /** Answers per millisecond. */
  readonly perMs: number
}
