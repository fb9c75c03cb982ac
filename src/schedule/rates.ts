import { noUsage, type Usage } from '../core/usage.ts'
import { burstFor, TokenBucket } from './token-bucket.ts'

/** What a lane may take per minute. Each may be left out: then it is without limit. */
export interface RateLimits {
  readonly requestsPerMinute?: number
  readonly inputTokensPerMinute?: number
  readonly outputTokensPerMinute?: number
}

/**
 * The rates of a lane: a bucket each. What an attempt will take is reserved by estimate when it begins, and set right with what it
 * has used when it ends.
 */
export class Rates {
  readonly #requests: TokenBucket | undefined
  readonly #input: TokenBucket | undefined
  readonly #output: TokenBucket | undefined

  private constructor(limits: RateLimits, share: number, now: number) {
    const bucket = (perMinute: number | undefined, burstOf: (perMinute: number) => number): TokenBucket | undefined =>
      perMinute === undefined ? undefined : new TokenBucket(perMinute * share, burstOf(perMinute * share), now)
    this.#requests = bucket(limits.requestsPerMinute, burstFor)
    this.#input = bucket(limits.inputTokensPerMinute, tokenBurst)
    this.#output = bucket(limits.outputTokensPerMinute, tokenBurst)
  }

  /**
   * @param share which part of the limits shall be used, in (0, 1]
   * @returns undefined when there is no limit at all
   */
  static of(limits: RateLimits, share: number, now: number): Rates | undefined {
    const { requestsPerMinute, inputTokensPerMinute, outputTokensPerMinute } = limits
    if ((requestsPerMinute ?? inputTokensPerMinute ?? outputTokensPerMinute) === undefined) return undefined
    return new Rates(limits, share, now)
  }

  /** Nearly as many tokens as it lets begin at once: rounding must not make a full bucket seem too small. */
  get tokenBurst(): Usage {
    return { ...noUsage, inputTokens: 0.9 * (this.#input?.burst ?? 0), outputTokens: 0.9 * (this.#output?.burst ?? 0) }
  }

  /** When anything at all may begin. */
  get openAt(): number {
    return this.#requests?.readyAt(1) ?? Number.NEGATIVE_INFINITY
  }

  /** When an attempt that will use so much may begin. */
  readyAt(estimate: Usage): number {
    return Math.max(
      this.openAt,
      this.#input?.readyAt(estimate.inputTokens) ?? Number.NEGATIVE_INFINITY,
      this.#output?.readyAt(estimate.outputTokens) ?? Number.NEGATIVE_INFINITY,
    )
  }

  reserve(estimate: Usage, now: number): void {
    this.#requests?.take(1, now)
    this.#input?.take(estimate.inputTokens, now)
    this.#output?.take(estimate.outputTokens, now)
  }

  /** What was reserved and not used is given back, what was used beyond it becomes a debt. */
  settle(estimate: Usage, actual: Usage, now: number): void {
    this.#input?.give(estimate.inputTokens - actual.inputTokens, now)
    this.#output?.give(estimate.outputTokens - actual.outputTokens, now)
  }
}

/**
 * Six seconds' worth: one call may need more tokens than a second brings, and what was reserved too much comes back only when it ends.
 * Providers allow as much as a minute's worth at once.
 */
function tokenBurst(perMinute: number): number {
  return perMinute / 10
}
