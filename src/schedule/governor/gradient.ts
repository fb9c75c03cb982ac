/** Samples that the long view is a mean of. */
const memory = 600
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
  #longCount = 0
  #longMs = 0
  #sumMs = 0
  #sumCount = 0

  add(firstTokenMs: number): void {
    this.#sumMs += firstTokenMs
    this.#sumCount += 1
  }

  /** From 1 (as usual, or nobody knows) to 0.5 (at least four times as slow): of what came since it was read last. */
  read(): number {
    if (this.#sumCount === 0) return 1
    const shortMs = this.#sumMs / this.#sumCount
    const longMs = this.#longMs
    const longCount = this.#longCount
    this.#blend(shortMs)
    if (longCount < enough || shortMs === 0) return 1
    return Math.max(0.5, Math.min(1, (tolerance * longMs) / shortMs))
  }

  /** After it was compared with: what has just become slow is not usual yet. */
  #blend(shortMs: number): void {
    const isNew = this.#longCount < enough
    this.#longCount += this.#sumCount
    const weight = isNew ? this.#sumCount / this.#longCount : Math.min(1, this.#sumCount / memory)
    this.#longMs += weight * (shortMs - this.#longMs)
    // It was slow for long, and is not any more: the long view is to follow faster than by itself.
    if (this.#longMs > 2 * shortMs) this.#longMs *= 0.9
    this.#sumMs = 0
    this.#sumCount = 0
  }
}
