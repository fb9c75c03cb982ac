/** Samples that the long view is a mean of. */
const memory = 300
/** With fewer samples than this, nothing is said. */
const enough = 10
/** By how much the first token may take longer than usual before that means something. */
const tolerance = 2

/**
 * Whether the provider has begun to queue what it is sent: the time to the first token of late, against the usual one. (The time of a whole
 * answer says more about its length.)
 *
 * After Gradient2 of Netflix' concurrency-limits (E. Landau, W. Thurston, T. Bozarth, "Performance Under Load", 2018): a long exponential
 * mean instead of the minimum of TCP Vegas, which one lucky answer would hold down for ever.
 */
export class Gradient {
  #count = 0
  #longMs = 0
  #sumMs = 0
  #sumCount = 0

  add(firstTokenMs: number): void {
    this.#count += 1
    this.#longMs += (firstTokenMs - this.#longMs) / Math.min(this.#count, memory)
    this.#sumMs += firstTokenMs
    this.#sumCount += 1
  }

  /** From 1 (as usual, or nobody knows) to 0.5 (at least four times as slow): of what came since it was read last. */
  read(): number {
    if (this.#sumCount === 0) return 1
    const shortMs = this.#sumMs / this.#sumCount
    this.#sumMs = 0
    this.#sumCount = 0
    if (this.#count < enough || shortMs === 0) return 1
    // It was slow for long, and is not any more: the long view is to follow faster than by itself.
    if (this.#longMs > 2 * shortMs) this.#longMs *= 0.9
    return Math.max(0.5, Math.min(1, (tolerance * this.#longMs) / shortMs))
  }
}
