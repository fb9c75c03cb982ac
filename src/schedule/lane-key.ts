import type { Alarm, Alarms } from './alarms.ts'
import type { Claim } from './demand.ts'
import { Fifo } from './fifo.ts'
import type { Seat } from './seat.ts'
import { burstFor, TokenBucket } from './token-bucket.ts'

/** Each may be left out: no limit but the lane's. */
export interface KeyLimits {
  readonly concurrency?: number
  readonly requestsPerMinute?: number
}

/** What all claims of one key share: a host, say. */
export class LaneKey implements Alarm {
  bucket: Alarm['bucket']
  slot = -1
  running = 0
  /** Whose demands keep claims of this key. */
  readonly waiting: Set<Seat> = new Set()
  /** Claims that wait to go on with their attempts. */
  readonly resuming: Fifo<Claim> = new Fifo()
  readonly #concurrency: number
  readonly #requests: TokenBucket | undefined
  readonly #alarms: Alarms
  readonly #changed: (key: LaneKey) => void

  /** @param changed called when its rate allows another request */
  constructor(limits: KeyLimits, share: number, now: number, alarms: Alarms, changed: (key: LaneKey) => void) {
    this.#concurrency = limits.concurrency ?? Number.POSITIVE_INFINITY
    const perMinute = limits.requestsPerMinute === undefined ? undefined : limits.requestsPerMinute * share
    this.#requests = perMinute === undefined ? undefined : new TokenBucket(perMinute, burstFor(perMinute), now)
    this.#alarms = alarms
    this.#changed = changed
  }

  /** Whether another attempt could go on. */
  get hasSlot(): boolean {
    return this.running < this.#concurrency
  }

  /** Whether another attempt may begin. If it is its rate that says no, it calls back when it says yes. */
  mayBegin(now: number): boolean {
    if (!this.hasSlot) return false
    const readyAt = this.#requests?.readyAt(1) ?? now
    if (readyAt <= now) return true
    if (this.bucket === undefined) this.#alarms.set(this, now, readyAt - now)
    return false
  }

  begin(now: number): void {
    this.running += 1
    this.#requests?.take(1, now)
  }

  /** Whether a new one would be the same: nobody uses it, nobody waits for it, its bucket is full. */
  isIdle(now: number): boolean {
    if (this.running > 0 || this.waiting.size > 0 || this.resuming.size > 0) return false
    return this.#requests === undefined || this.#requests.readyAt(Number.POSITIVE_INFINITY) <= now
  }

  ring(): void {
    this.#changed(this)
  }
}
