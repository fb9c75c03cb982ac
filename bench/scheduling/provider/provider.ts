import { Failure, type ProviderLimits } from '../../../src/index.ts'

export interface Allowed {
  /** Answers at the same time. Default: as many as are asked for. */
  readonly concurrent?: number
  /** Continuous, with what one second brings (or `burst`) at once. Default: as many as are asked for. */
  readonly perMinute?: number
  readonly burst?: number
  /** The part of all requests that is refused whatever is allowed, by chance, and never with headers. Default 0. */
  readonly noise?: number
}

/** What a provider answers that allows so much and no more, and counts by itself. It says so by refusing, and in headers if it has any. */
export class Provider {
  answered = 0
  refused = 0
  /** When each request came, and whether it was refused. */
  readonly requests: { readonly at: number; readonly refused: boolean }[] = []
  readonly #allowed: Required<Allowed>
  readonly #hasHeaders: boolean
  readonly #now: () => number
  readonly #random: () => number
  #running = 0
  #level: number
  #at = 0

  constructor(allowed: Allowed, hasHeaders: boolean, now: () => number, random: () => number) {
    const { concurrent = Number.POSITIVE_INFINITY, perMinute = Number.POSITIVE_INFINITY, noise = 0 } = allowed
    this.#allowed = { concurrent, perMinute, burst: allowed.burst ?? Math.max(1, perMinute / 60), noise }
    this.#hasHeaders = hasHeaders
    this.#now = now
    this.#random = random
    this.#level = this.#allowed.burst
  }

  /**
   * Takes a request, to be ended by `end`.
   *
   * @throws Failure `RATE_LIMITED`
   */
  begin(): ProviderLimits | undefined {
    const at = this.#now()
    const { concurrent, perMinute, burst, noise } = this.#allowed
    this.#level = Math.min(burst, this.#level + ((at - this.#at) * perMinute) / 60_000)
    this.#at = at
    const isUnlucky = noise > 0 && this.#random() < noise
    const refused = isUnlucky || this.#running >= concurrent || this.#level < 1
    this.requests.push({ at, refused })
    if (isUnlucky) throw new Failure('RATE_LIMITED', 'too many requests', { kind: 'rate', retryable: true })
    if (refused) {
      const missingMs = this.#level < 1 ? ((1 - this.#level) * 60_000) / perMinute : 0
      // In whole seconds, as HTTP has it.
      const retryAfterMs = Math.max(1, Math.ceil(missingMs / 1_000)) * 1_000
      const options = { kind: 'rate', retryable: true } as const
      throw new Failure('RATE_LIMITED', 'too many requests', this.#hasHeaders ? { ...options, retryAfterMs } : options)
    }
    this.#running += 1
    this.#level -= 1
    return this.#limits
  }

  end(): void {
    this.#running -= 1
  }

  /** Answers that are on their way. */
  get running(): number {
    return this.#running
  }

  get #limits(): ProviderLimits | undefined {
    const { perMinute, burst } = this.#allowed
    if (!this.#hasHeaders || perMinute === Number.POSITIVE_INFINITY) return undefined
    const remaining = Math.floor(this.#level)
    return { requests: { limit: perMinute, remaining, resetMs: ((burst - this.#level) * 60_000) / perMinute } }
  }
}
