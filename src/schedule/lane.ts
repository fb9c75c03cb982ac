import { Fifo } from './fifo.ts'
import type { Turn } from './turn.ts'

export interface LaneLimits {
  /** Leases held at the same time. */
  readonly concurrency: number
  /** The same for each key (a host, say). Leave out: no limit but the lane's. */
  readonly perKey?: { readonly concurrency: number }
}

/** What asks for a lease: one task. */
export interface Claim {
  /** Shares the lane's `perKey` limit with every other claim of this key. */
  readonly laneKey: string | undefined
  /** False once nobody waits for the lease any more. */
  readonly wanted: boolean
  /** Whether it is for going on with an attempt, not for beginning one. */
  readonly resumes: boolean
  /** The lease is held from now on, until `release`. Must not throw, and leaves the clock freshly read. */
  granted(): void
}

/** One run's demand on one lane. The lane asks only when a slot is free, so waiting work needs no record of its own. */
export interface Demand {
  /** Belongs to the lane: whether the demand stands in its queue. */
  queued: boolean
  /** Claims that were made and wait, for a slot or for their key. */
  readonly ready: number
  /** The next claim, or undefined: then the lane forgets this demand until it is announced again. Leaves the clock freshly read. */
  next(): Claim | undefined
  /** The key of this claim is full: it is to be kept until `keyFreed`. */
  park(claim: Claim): void
  /** The key has a slot again, which other demands may take first. */
  keyFreed(key: string): void
}

/**
 * A named capacity shared by all runs. Runs are served in turn: each goes to the end of the queue after every lease, so that none
 * starves another. A claim whose key is full goes back to its run, and the lane on to the next; when the key has a slot again,
 * every run that waits for it is asked again.
 */
export class Lane {
  readonly name: string
  readonly limits: LaneLimits
  #running = 0
  #pumping = false
  readonly #turn: Turn
  readonly #queue = new Fifo<Demand>()
  readonly #members = new Set<Demand>()
  readonly #keys = new Map<string, Key>()

  constructor(name: string, limits: LaneLimits, turn: Turn) {
    this.name = name
    this.limits = limits
    this.#turn = turn
  }

  /** Leases held now. */
  get running(): number {
    return this.#running
  }

  /** Claims that want a lease and have none. */
  get waiting(): number {
    let waiting = 0
    for (const { ready } of this.#members) waiting += ready
    return waiting
  }

  join(demand: Demand): void {
    this.#members.add(demand)
  }

  leave(demand: Demand): void {
    this.#members.delete(demand)
  }

  /** Says that a demand has something to offer. */
  announce(demand: Demand): void {
    this.add(demand)
    this.pump()
  }

  /** The same, when a `release` or a `pump` follows anyway. */
  add(demand: Demand): void {
    if (demand.queued) return
    demand.queued = true
    this.#queue.push(demand)
  }

  release(claim: Claim): void {
    this.#running -= 1
    if (claim.laneKey !== undefined && this.limits.perKey) this.#releaseKey(claim.laneKey)
    this.pump()
  }

  /**
   * Grants what can be granted. A task may end while it is being started: the outermost call does all the work. Whoever calls this, or
   * anything above, has read the clock just before: see `Ticker`.
   */
  readonly pump = (): void => {
    if (this.#pumping) return
    this.#pumping = true
    try {
      while (this.#running < this.limits.concurrency) {
        if (this.#turn.over) {
          this.#turn.resume(this.pump)
          return
        }
        const demand = this.#queue.shift()
        if (demand === undefined) return
        // Out of the queue before it is asked: what announces it meanwhile puts it back.
        demand.queued = false
        const claim = demand.next()
        if (claim === undefined) continue
        this.add(demand)
        if (claim.wanted) this.#grantOrPark(claim, demand)
      }
    } finally {
      this.#pumping = false
    }
  }

  #grantOrPark(claim: Claim, demand: Demand): void {
    const limit = this.limits.perKey?.concurrency
    if (limit !== undefined && claim.laneKey !== undefined) {
      const key = this.#key(claim.laneKey)
      if (key.running >= limit) {
        key.waiting.add(demand)
        demand.park(claim)
        return
      }
      key.running += 1
    }
    this.#running += 1
    claim.granted()
  }

  #releaseKey(name: string): void {
    const key = this.#key(name)
    key.running -= 1
    const waiting = [...key.waiting]
    key.waiting.clear()
    if (key.running === 0) this.#keys.delete(name)
    for (const demand of waiting) {
      demand.keyFreed(name)
      this.add(demand)
    }
  }

  #key(name: string): Key {
    let key = this.#keys.get(name)
    if (key === undefined) {
      key = { running: 0, waiting: new Set() }
      this.#keys.set(name, key)
    }
    return key
  }
}

interface Key {
  running: number
  /** Demands that keep claims of this key. */
  readonly waiting: Set<Demand>
}
