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
  /** False once nobody waits for the lease any more; the claim is dropped when its turn comes. */
  readonly wanted: boolean
  /** The lease is held from now on, until `release`. Must not throw, and leaves the clock freshly read. */
  granted(): void
  /** Its key has a free slot: its demand shall offer it again. */
  unparked(): void
}

/** One run's demand on one lane. The lane asks only when a slot is free, so waiting work needs no record of its own. */
export interface Demand {
  /** The next claim, or undefined: then the lane forgets this demand until it is announced again. */
  next(): Claim | undefined
  /** Claims that stand ready to be offered. */
  readonly ready: number
}

/**
 * A named capacity shared by all runs. Runs are served in rotation, so none starves another; within a run it is first come,
 * first served. A claim whose key is full is parked with its key, and the lane goes on to the next; when the key has a slot
 * again, the claim goes back to its demand, which knows whether its run may start one more.
 */
export class Lane {
  readonly name: string
  readonly limits: LaneLimits
  #running = 0
  #parked = 0
  #pumping = false
  #next = 0
  readonly #turn: Turn
  readonly #demands: Demand[] = []
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
    return this.#demands.reduce((sum, demand) => sum + demand.ready, this.#parked)
  }

  /** Says that a demand has something to offer. */
  announce(demand: Demand): void {
    this.add(demand)
    this.pump()
  }

  /** The same, when a `release` or a `pump` follows anyway. */
  add(demand: Demand): void {
    if (!this.#demands.includes(demand)) this.#demands.push(demand)
  }

  release(claim: Claim): void {
    this.#running -= 1
    if (claim.laneKey !== undefined && this.limits.perKey) {
      this.#key(claim.laneKey).running -= 1
      this.#unparkNext(claim.laneKey)
    }
    this.pump()
  }

  /**
   * Grants what can be granted. A task may end while it is being started: the outermost call does all the work. Whoever calls this, or
   * anything above, has read the clock just before: see `Ticker`.
   */
  pump(): void {
    if (this.#pumping) return
    this.#pumping = true
    try {
      while (this.#running < this.limits.concurrency) {
        if (this.#turn.over) {
          this.#turn.resume(() => this.pump())
          return
        }
        const claim = this.#nextClaim()
        if (claim === undefined) return
        if (claim.wanted) this.#grantOrPark(claim)
        else this.#drop(claim)
      }
    } finally {
      this.#pumping = false
    }
  }

  #nextClaim(): Claim | undefined {
    while (this.#demands.length > 0) {
      if (this.#next >= this.#demands.length) this.#next = 0
      const claim = this.#demands[this.#next]!.next()
      if (claim !== undefined) {
        this.#next += 1
        return claim
      }
      // The last one takes the place of the one that has nothing to offer: a demand comes and goes with nearly every task.
      const last = this.#demands.pop()!
      if (this.#next < this.#demands.length) this.#demands[this.#next] = last
    }
    return undefined
  }

  #grantOrPark(claim: Claim): void {
    const limit = this.limits.perKey?.concurrency
    if (limit !== undefined && claim.laneKey !== undefined) {
      const key = this.#key(claim.laneKey)
      if (key.running >= limit) {
        key.parked.push(claim)
        this.#parked += 1
        return
      }
      key.running += 1
    }
    this.#running += 1
    claim.granted()
  }

  /** A claim that is not wanted any more may have been the one that its key's turn went to: the turn passes on. */
  #drop(claim: Claim): void {
    if (claim.laneKey !== undefined) this.#unparkNext(claim.laneKey)
  }

  #unparkNext(name: string): void {
    const key = this.#keys.get(name)
    if (key === undefined) return
    for (let claim = key.parked.shift(); claim !== undefined; claim = key.parked.shift()) {
      this.#parked -= 1
      if (!claim.wanted) continue
      claim.unparked()
      return
    }
    if (key.running === 0) this.#keys.delete(name)
  }

  #key(name: string): Key {
    let key = this.#keys.get(name)
    if (key === undefined) {
      key = { running: 0, parked: new Fifo() }
      this.#keys.set(name, key)
    }
    return key
  }
}

interface Key {
  running: number
  readonly parked: Fifo<Claim>
}
