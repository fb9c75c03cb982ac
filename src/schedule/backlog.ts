import type { Claim } from './demand.ts'
import { Fifo } from './fifo.ts'

/** In which order claims that stand ready are taken. */
export interface Order<C> {
  readonly size: number
  push(claim: C): void
  shift(): C | undefined
}

/** Claims of one run that stand ready: in their order, but those whose key is full are set aside until it is not. */
export class Backlog<C extends Claim = Claim> {
  readonly #ready: Order<C>
  /** Claims that come before all others: they had been taken before. */
  readonly #first: C[] = []
  readonly #parked = new Map<string, C[]>()
  #parkedCount = 0
  /** Keys that have had a slot since one of their claims was parked last. */
  readonly #freed = new Set<string>()
  /** The claim that was offered last, if it had been parked: should its key be full again, it is still the first. */
  #offered: C | undefined
  #size = 0

  /** @param order default: first come, first served */
  constructor(order: Order<C> = new Fifo<C>()) {
    this.#ready = order
  }

  /** Claims in it, those that are not wanted any more included. */
  get size(): number {
    return this.#size
  }

  get parked(): number {
    return this.#parkedCount
  }

  push(claim: C): void {
    this.#size += 1
    this.#ready.push(claim)
  }

  /** The next claim that is still wanted. */
  next(): C | undefined {
    if (this.#size === 0) return undefined
    for (let claim = this.#shift(); claim !== undefined; claim = this.#shift()) {
      this.#size -= 1
      if (claim.wanted) return claim
    }
    return undefined
  }

  /** A claim that shall be the next one. */
  putBack(claim: C): void {
    this.#size += 1
    this.#first.push(claim)
  }

  park(claim: C): void {
    const key = claim.laneKey!
    const claims = this.#parked.get(key) ?? []
    if (claim === this.#offered) claims.unshift(claim)
    else claims.push(claim)
    this.#parked.set(key, claims)
    this.#size += 1
    this.#parkedCount += 1
    this.#freed.delete(key)
  }

  keyFreed(key: string): void {
    if (this.#parked.has(key)) this.#freed.add(key)
  }

  #shift(): C | undefined {
    if (this.#first.length > 0) return this.#first.pop()
    this.#offered = this.#freed.size > 0 ? this.#unpark() : undefined
    return this.#offered ?? this.#ready.shift()
  }

  #unpark(): C {
    const key = this.#freed.values().next().value!
    const claims = this.#parked.get(key)!
    const claim = claims.shift()!
    this.#parkedCount -= 1
    if (claims.length === 0) {
      this.#parked.delete(key)
      this.#freed.delete(key)
    }
    return claim
  }
}
