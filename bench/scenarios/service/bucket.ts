import type { RateLimit } from './setting.ts'

/** A provider's rate limit: a bucket of `burst` tokens that fills continuously. A request that finds none is refused. */
export class Bucket {
  readonly #limit: RateLimit
  readonly #now: () => number
  #tokens: number
  #filledAt: number

  /** @param now milliseconds since an arbitrary moment */
  constructor(limit: RateLimit, now: () => number) {
    this.#limit = limit
    this.#now = now
    this.#tokens = limit.burst
    this.#filledAt = now()
  }

  /** Takes a token; or says in how many milliseconds there will be one. */
  take(): number | 'taken' {
    const perMs = this.#limit.requestsPerMinute / 60_000
    const now = this.#now()
    this.#tokens = Math.min(this.#limit.burst, this.#tokens + (now - this.#filledAt) * perMs)
    this.#filledAt = now
    if (this.#tokens < 1) return (1 - this.#tokens) / perMs
    this.#tokens -= 1
    return 'taken'
  }
}
