import type { Alarms } from './alarms.ts'
import type { Claim } from './demand.ts'
import { type KeyLimits, LaneKey } from './lane-key.ts'
import type { Seat } from './seat.ts'
import type { Ticker } from './ticker.ts'

/** The lane that the keys are of. */
export interface KeyedLane {
  /** A claim may have its key again: it is next for a lease. */
  resume(claim: Claim): void
  /** A key's rate allows another attempt: the seats that wait for it were called. */
  pump(): void
}

/** The keys of a lane that are in use. Keys may be as many as there are inputs, so those that nobody needs are forgotten. */
export class LaneKeys {
  readonly #keys = new Map<string, LaneKey>()
  #sweepAt = 1024
  /** Those that seats wait for. */
  readonly #awaited = new Set<LaneKey>()
  readonly #limits: KeyLimits
  readonly #share: number
  readonly #clock: Ticker
  readonly #alarms: Alarms
  readonly #lane: KeyedLane

  /** @param share which part of a rate shall be used, in (0, 1] */
  constructor(limits: KeyLimits, share: number, clock: Ticker, alarms: Alarms, lane: KeyedLane) {
    this.#limits = limits
    this.#share = share
    this.#clock = clock
    this.#alarms = alarms
    this.#lane = lane
  }

  /** Takes the claim's key for an attempt that begins. False: it is full, and the claim is back with its demand. */
  begin(claim: Claim, seat: Seat): boolean {
    if (claim.laneKey === undefined) return true
    const key = this.#get(claim.laneKey)
    if (key.mayBegin(this.#clock.latest)) {
      key.begin(this.#clock.latest)
      return true
    }
    key.waiting.add(seat)
    this.#awaited.add(key)
    seat.demand.park(claim)
    return false
  }

  /** Takes the claim's key for an attempt that goes on. False: it is full, and the claim comes back when it is not. */
  goOn(claim: Claim): boolean {
    if (claim.laneKey === undefined) return true
    const key = this.#get(claim.laneKey)
    if (!key.hasSlot) {
      key.resuming.push(claim)
      return false
    }
    key.running += 1
    return true
  }

  release({ laneKey }: Claim): void {
    if (laneKey === undefined) return
    this.#get(laneKey).running -= 1
    this.offer(laneKey)
  }

  /** A key may have a slot for somebody: first for attempts that go on, then for all whose demands keep claims of it. */
  offer(name: string | undefined): void {
    if (name === undefined) return
    const key = this.#get(name)
    for (let claim = key.resuming.shift(); claim !== undefined; claim = key.resuming.shift()) {
      if (claim.wanted) return this.#lane.resume(claim)
    }
    this.#wake(key, name)
    if (key.isIdle(this.#clock.latest)) this.#keys.delete(name)
  }

  /** All that wait for a key are to be asked again. */
  wakeAll(): void {
    for (const [name, key] of this.#keys) if (this.#awaited.has(key)) this.#wake(key, name)
  }

  /** The seat waits for no key any more. A rate that nobody waits for keeps the process alive no longer. */
  leave(seat: Seat): void {
    for (const key of this.#awaited) {
      if (!key.waiting.delete(seat) || key.waiting.size > 0) continue
      this.#alarms.clear(key)
      this.#awaited.delete(key)
    }
  }

  #get(name: string): LaneKey {
    let key = this.#keys.get(name)
    if (key === undefined) {
      if (this.#keys.size >= this.#sweepAt) this.#sweep()
      const mayBegin = (key: LaneKey): void => {
        this.#wake(key, name)
        this.#lane.pump()
      }
      key = new LaneKey(this.#limits, this.#share, this.#clock.latest, this.#alarms, mayBegin)
      this.#keys.set(name, key)
    }
    return key
  }

  #wake(key: LaneKey, name: string): void {
    const waiting = [...key.waiting]
    key.waiting.clear()
    this.#awaited.delete(key)
    for (const seat of waiting) {
      seat.demand.keyFreed(name)
      seat.call()
    }
  }

  /** Those with a rate cannot be forgotten at once. All together this costs each key once or twice. */
  #sweep(): void {
    for (const [name, key] of this.#keys) if (key.isIdle(this.#clock.latest)) this.#keys.delete(name)
    this.#sweepAt = Math.max(1024, 2 * this.#keys.size)
  }
}
