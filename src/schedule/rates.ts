import type { LaneState, RateName } from '../core/lane-state.ts'
import type { ProviderLimits, RateWindow } from '../core/provider.ts'
import { noUsage, type Usage } from '../core/usage.ts'
import { burstFor, TokenBucket } from './token-bucket.ts'

/** What a lane may take per minute. Each may be left out: then it is without limit, unless its provider states one. */
export interface RateLimits {
  readonly requestsPerMinute?: number
  readonly inputTokensPerMinute?: number
  readonly outputTokensPerMinute?: number
}

/** No provider allows less a minute, or more: such a limit is none, and would not compute. */
const leastLimit = 1
const mostLimit = 1e12
/** A provider that says that nothing is left is not waited for longer than this, in milliseconds. */
const longestHoldMs = 600_000

/**
 * The rates of a lane: a bucket each. What an attempt will take is reserved by estimate when it begins, and set right with what it
 * has used when it ends; and all of it with what the provider says is left.
 */
export class Rates {
  #requests: TokenBucket | undefined
  #input: TokenBucket | undefined
  #output: TokenBucket | undefined
  #heldUntil = Number.NEGATIVE_INFINITY
  readonly #stated: RateLimits
  readonly #share: number
  /** All that was reserved so far. */
  #begun = 0
  #inputReserved = 0
  #outputReserved = 0

  /** @param share which part of the limits shall be used, in (0, 1] */
  constructor(limits: RateLimits, share: number, now: number) {
    const { requestsPerMinute, inputTokensPerMinute, outputTokensPerMinute } = limits
    this.#stated = limits
    this.#share = share
    if (requestsPerMinute !== undefined) this.#requests = this.#bucket('requests', requestsPerMinute, now)
    if (inputTokensPerMinute !== undefined) this.#input = this.#bucket('inputTokens', inputTokensPerMinute, now)
    if (outputTokensPerMinute !== undefined) this.#output = this.#bucket('outputTokens', outputTokensPerMinute, now)
  }

  /** The same; undefined when there is no limit at all. */
  static of(limits: RateLimits, share: number, now: number): Rates | undefined {
    const { requestsPerMinute, inputTokensPerMinute, outputTokensPerMinute } = limits
    if ((requestsPerMinute ?? inputTokensPerMinute ?? outputTokensPerMinute) === undefined) return undefined
    return new Rates(limits, share, now)
  }

  /** Nearly as many tokens as it lets begin at once: rounding must not make a full bucket seem too small. */
  get tokenBurst(): Usage {
    return { ...noUsage, inputTokens: 0.9 * (this.#input?.burst ?? 0), outputTokens: 0.9 * (this.#output?.burst ?? 0) }
  }

  get countsTokens(): boolean {
    return (this.#input ?? this.#output) !== undefined
  }

  /** When anything at all may begin. */
  get openAt(): number {
    return Math.max(this.#heldUntil, this.#requests?.readyAt(1) ?? Number.NEGATIVE_INFINITY)
  }

  /** When an attempt that will use so much may begin. */
  readyAt(estimate: Usage): number {
    return Math.max(
      this.openAt,
      this.#input?.readyAt(estimate.inputTokens) ?? Number.NEGATIVE_INFINITY,
      this.#output?.readyAt(estimate.outputTokens) ?? Number.NEGATIVE_INFINITY,
    )
  }

  /** Nothing begins before. */
  hold(untilMs: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, untilMs)
  }

  reserve(estimate: Usage, now: number): void {
    this.#begun += 1
    this.#requests?.take(1, now)
    if (estimate === noUsage) return
    this.#inputReserved += estimate.inputTokens
    this.#outputReserved += estimate.outputTokens
    this.#input?.take(estimate.inputTokens, now)
    this.#output?.take(estimate.outputTokens, now)
  }

  /** What was reserved and not used is given back, what was used beyond it becomes a debt. */
  settle(estimate: Usage, actual: Usage, now: number): void {
    this.#input?.give(estimate.inputTokens - actual.inputTokens, now)
    this.#output?.give(estimate.outputTokens - actual.outputTokens, now)
  }

  /**
   * Takes over what the provider says. The smaller of its limit and the stated one counts; what it says is left only ever lowers a bucket, by
   * what it cannot have counted yet on top.
   *
   * @param uncounted attempts that began after the one that this was said to
   * @returns the limits that are new or have changed, as people read them
   */
  correct(limits: ProviderLimits, uncounted: number, now: number): string[] {
    const { requestsPerMinute, inputTokensPerMinute, outputTokensPerMinute } = this.#stated
    const each = uncounted / Math.max(1, this.#begun)
    const learned: string[] = []
    const { requests, inputTokens, outputTokens } = limits
    if (isWindow(requests)) {
      this.#requests = this.#learn('requests', this.#requests, requestsPerMinute, requests, learned, now)
      this.#lower(this.#requests, requests, uncounted, now)
    }
    if (isWindow(inputTokens)) {
      this.#input = this.#learn('inputTokens', this.#input, inputTokensPerMinute, inputTokens, learned, now)
      this.#lower(this.#input, inputTokens, each * this.#inputReserved, now)
    }
    if (isWindow(outputTokens)) {
      this.#output = this.#learn('outputTokens', this.#output, outputTokensPerMinute, outputTokens, learned, now)
      this.#lower(this.#output, outputTokens, each * this.#outputReserved, now)
    }
    return learned
  }

  state(now: number): LaneState['rates'] {
    const buckets = { requests: this.#requests, inputTokens: this.#input, outputTokens: this.#output }
    return Object.fromEntries(
      Object.entries(buckets).flatMap(([name, bucket]) =>
        bucket === undefined ? [] : [[name, { perMinute: bucket.perMinute, level: bucket.level(now) }]],
      ),
    )
  }

  /** A bucket for the limit that counts: the one there is, if that is what it is for. */
  #learn(
    name: RateName,
    bucket: TokenBucket | undefined,
    statedPerMinute: number | undefined,
    { limit }: RateWindow,
    learned: string[],
    now: number,
  ): TokenBucket {
    const perMinute = Math.min(statedPerMinute ?? Number.POSITIVE_INFINITY, limit)
    if (bucket?.perMinute === perMinute * this.#share) return bucket
    learned.push(`${limit} ${words[name]} a minute`)
    const corrected = this.#bucket(name, perMinute, now)
    if (bucket !== undefined) corrected.lower(bucket.level(now), now)
    return corrected
  }

  #lower(bucket: TokenBucket, { remaining, resetMs }: RateWindow, uncounted: number, now: number): void {
    bucket.lower(remaining - uncounted, now)
    if (remaining === 0) this.hold(now + Math.min(resetMs, longestHoldMs))
  }

  #bucket(name: RateName, limit: number, now: number): TokenBucket {
    const perMinute = limit * this.#share
    return new TokenBucket(perMinute, name === 'requests' ? burstFor(perMinute) : tokenBurst(perMinute), now)
  }
}

const words: Readonly<Record<RateName, string>> = {
  requests: 'requests',
  inputTokens: 'input tokens',
  outputTokens: 'output tokens',
}

/** A provider's headers may hold anything: what is no window says nothing. */
function isWindow(window: RateWindow | undefined): window is RateWindow {
  if (window === undefined) return false
  const { limit, remaining, resetMs } = window
  return limit >= leastLimit && limit <= mostLimit && remaining >= 0 && resetMs >= 0
}

/**
 * Six seconds' worth: one call may need more tokens than a second brings, and what was reserved too much comes back only when it ends.
 * Providers allow as much as a minute's worth at once.
 */
function tokenBurst(perMinute: number): number {
  return perMinute / 10
}
