import type { Round } from './rounds.ts'

/** By how much larger a round has to be before it must have brought more. */
const step = 1.2
/** So many rounds in a row may fail to show that. */
const patience = 3

/**
 * Whether more at the same time gets more done. A provider that refuses nothing and queues everything would otherwise be sent more and more.
 * The rule is that of BBR's startup (N. Cardwell et al., "BBR: Congestion-Based Congestion Control", ACM Queue 2016): three rounds
 * without a clear gain, here a quarter of what would be proportional, are enough.
 */
export class Payoff {
  #best: Round | undefined
  #misses = 0

  /** @returns the size to go back to, where what came on top of it brought nothing */
  add(round: Round): number | undefined {
    if (!round.isFull) return undefined
    const best = this.#best
    if (best === undefined || round.size < best.size) this.#best = round
    else if (round.size < best.size * step) {
      if (round.perMs > best.perMs) this.#best = { ...best, perMs: round.perMs }
    } else if (round.perMs >= best.perMs * (1 + (round.size / best.size - 1) / 4)) {
      this.#best = round
      this.#misses = 0
    } else {
      this.#misses += 1
      if (this.#misses >= patience) {
        // Tasks may have become slower: what is possible at that size is measured anew.
        this.reset()
        return best.size
      }
    }
    return undefined
  }

  reset(): void {
    this.#best = undefined
    this.#misses = 0
  }
}
