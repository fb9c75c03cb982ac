import { type Clock, systemClock } from '../core/clock.ts'
import { Failure } from '../core/failure.ts'
import { fetchRobots, type RobotsRequest } from './robots-fetch.ts'
import type { RobotsRules } from './robots-rules.ts'
import { Shared } from './shared.ts'
import { forMessage } from './url.ts'

const lifetimeMs = 24 * 60 * 60 * 1000
const maxOrigins = 10_000
/** Characters of patterns that are kept, over all origins. */
const maxKeptSize = 16 * 1024 * 1024

/** The robots.txt of every origin (RFC 9309): fetched once by whoever asks first, kept for a day. */
export class Robots {
  readonly #request: RobotsRequest
  readonly #clock: Clock
  /** In order of last use, oldest first. */
  readonly #kept = new Map<string, Kept>()
  readonly #running = new Map<string, Shared<RobotsRules>>()
  #keptSize = 0

  constructor(request: RobotsRequest, clock: Clock = systemClock) {
    this.#request = request
    this.#clock = clock
  }

  /**
   * Returns if the page may be fetched.
   *
   * @throws Failure `ROBOTS_DENIED`; `ROBOTS_UNAVAILABLE` when the host can be reached but its robots.txt cannot be had now; the
   * page's own failure (`DNS_FAILED`, `CONNECT_FAILED`, `ADDRESS_REFUSED`, `NETWORK_TIMEOUT`) when no connection can be made
   */
  async check(url: URL, signal?: AbortSignal): Promise<void> {
    const rules = this.#recall(url.origin) ?? (await this.#fetch(url.origin).wait(signal))
    if (rules.allows(url.pathname + url.search)) return
    const { token } = this.#request
    const message = `robots.txt of ${url.host} disallows ${forMessage(url.href)} for "${token}"`
    throw new Failure('ROBOTS_DENIED', message, { details: { token } })
  }

  #recall(origin: string): RobotsRules | undefined {
    const kept = this.#kept.get(origin)
    if (kept === undefined) return undefined
    if (this.#clock.now() >= kept.expiresAt) return undefined
    this.#keep(origin, kept)
    return kept.rules
  }

  #fetch(origin: string): Shared<RobotsRules> {
    const running = this.#running.get(origin)
    if (running !== undefined && !running.abandoned) return running
    const own: Shared<RobotsRules> = new Shared(async (signal) => {
      try {
        const rules = await fetchRobots(origin, this.#request, signal)
        this.#keep(origin, { rules, expiresAt: this.#clock.now() + lifetimeMs })
        return rules
      } finally {
        // An abandoned fetch may have a successor by now.
        if (this.#running.get(origin) === own) this.#running.delete(origin)
      }
    })
    this.#running.set(origin, own)
    return own
  }

  /** Puts an entry behind all others and drops the oldest beyond the bounds. */
  #keep(origin: string, kept: Kept): void {
    this.#drop(origin)
    this.#kept.set(origin, kept)
    this.#keptSize += kept.rules.size
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= maxOrigins && this.#keptSize <= maxKeptSize) break
      this.#drop(oldest)
    }
  }

  #drop(origin: string): void {
    this.#keptSize -= this.#kept.get(origin)?.rules.size ?? 0
    this.#kept.delete(origin)
  }
}

interface Kept {
  readonly rules: RobotsRules
  /** In the clock's milliseconds. */
  readonly expiresAt: number
}
