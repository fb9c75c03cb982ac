import type { Clock, Timer } from '../core/clock.ts'

/**
 * A clock that remembers what it said last. Reading the time costs as much as everything else that starting a task takes, so
 * whoever knows that it was read in the same stretch of synchronous code takes `latest`.
 */
export class Ticker implements Clock {
  latest: number
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
    this.latest = clock.now()
  }

  now(): number {
    this.latest = this.#clock.now()
    return this.latest
  }

  startTimer(ring: () => void, delayMs: number): Timer {
    return this.#clock.startTimer(ring, delayMs)
  }
}
