/**
 * A continuous rate limit with a small burst: it fills at `perMinute`, holds at most `burst`, and each task takes its cost.
 *
 * One number is all its state, as in the generic cell rate algorithm (ITU-T I.371, GCRA in its virtual scheduling form): the time at
 * which the bucket is full again. What is missing grows with every take and melts with time, so nothing is counted up in steps, and
 * looking at it changes nothing.
 *
 *     now ├──────── what is missing now, in milliseconds of filling ────────┤ #fullAt
 *
 * Every sum is rounded towards later. A provider that keeps a bucket of the same rate and burst, however it counts, never sees
 * more taken than it allows.
 */
export class TokenBucket {
  readonly perMinute: number
  readonly burst: number
  readonly #perMs: number
  #fullAt: number

  /** A full bucket. `perMinute` and `burst` are more than 0; times are in milliseconds of one clock, from 0. */
  constructor(perMinute: number, burst: number, now: number) {
    this.perMinute = perMinute
    this.#perMs = perMinute / 60_000
    this.burst = burst
    // By as much before as `later` adds: it is full now.
    this.#fullAt = now * (1 - 4 * Number.EPSILON)
  }

  /**
   * The earliest time at which `cost` may be taken; `now` or before means now. A cost above the burst is ready when the bucket is full, and
   * leaves a debt. While there is a debt, a cost of 0 waits, too: it is that of a task nothing is known of.
   */
  readyAt(cost: number): number {
    const spareMs = (this.burst - Math.min(cost, this.burst)) / this.#perMs
    return later(this.#fullAt - spareMs, this.#fullAt)
  }

  /** Takes it, ready or not. */
  take(cost: number, now: number): void {
    const fullAt = Math.max(this.#fullAt, now) + cost / this.#perMs
    this.#fullAt = later(fullAt, fullAt)
  }

  /**
   * Settles a take whose real cost was another: what was too much comes back, as far as the bucket has room; a negative `cost` is a debt.
   *
   * @param now when a debt is booked. Left out, as if it had been part of the last take, so that time has paid for some of it
   */
  give(cost: number, now: number = this.#fullAt): void {
    if (cost < 0) this.take(-cost, now)
    else this.#fullAt = later(this.#fullAt - cost / this.#perMs, this.#fullAt)
  }

  /** It holds no more than this; if it holds less, that stays. */
  lower(level: number, now: number): void {
    const fullAt = now + (this.burst - level) / this.#perMs
    if (fullAt > this.#fullAt) this.#fullAt = later(fullAt, fullAt)
  }

  /** What it holds: at most the burst, negative for a debt. */
  level(now: number): number {
    return this.burst - Math.max(0, this.#fullAt - now) * this.#perMs
  }
}

/** The burst that a rate gets when none is said: what comes in one second, at least 1. */
export function burstFor(perMinute: number): number {
  return Math.max(1, perMinute / 60)
}

/** A time that was computed from others, `largest` the largest of them, moved up by more than it may have lost by rounding. */
function later(time: number, largest: number): number {
  return time + largest * 2 * Number.EPSILON
}
