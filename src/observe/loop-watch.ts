import { type ELDHistogram, monitorEventLoopDelay } from 'node:perf_hooks'
import type { LoopDelay } from '../core/statistics.ts'

const heartbeatMs = 20

/**
 * Watches the main thread's event loop while at least one run is on. The delay is that of a 1 ms timer (the default
 * resolution of 10 ms would read 10 ms on an idle loop), so an idle loop reads about 1 ms.
 */
export class LoopWatch {
  #histogram: ELDHistogram | undefined
  #heartbeat: NodeJS.Timeout | undefined
  #runs = 0
  /** When the loop last showed that it was turning. */
  #aliveAt = 0
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  enter(): void {
    this.#runs += 1
    if (this.#runs > 1) return
    this.#histogram ??= monitorEventLoopDelay({ resolution: 1 })
    this.#histogram.reset()
    this.#histogram.enable()
    this.#aliveAt = this.#now()
    this.#heartbeat = setInterval(() => this.alive(this.#now()), heartbeatMs).unref()
  }

  leave(): void {
    this.#runs -= 1
    if (this.#runs > 0) return
    this.#histogram?.disable()
    clearInterval(this.#heartbeat)
  }

  /** Takes a sign that the loop turns, and says how long ago the one before it was, in milliseconds. An idle loop gives one every 20 ms. */
  alive(now: number): number {
    const stillMs = now - this.#aliveAt
    this.#aliveAt = now
    return stillMs
  }

  /** Since the first of the runs that are on began. */
  get delay(): LoopDelay {
    const ms = (nanoseconds: number): number => nanoseconds / 1e6
    const histogram = this.#histogram
    if (histogram === undefined || histogram.count === 0) return { p50Ms: 0, p99Ms: 0, maxMs: 0 }
    return { p50Ms: ms(histogram.percentile(50)), p99Ms: ms(histogram.percentile(99)), maxMs: ms(histogram.max) }
  }
}
