import { Fifo } from './fifo.ts'
import type { Claim } from './lane.ts'

/** Claims of one run that stand ready: first come, first served, but those whose key is full are set aside until it is not. */
export class Backlog {
  readonly #ready = new Fifo<Claim>()
  readonly #parked = new Map<string, Claim[]>()
  #parkedCount = 0
  /** Keys that have had a slot since one of their claims was parked last. */
  readonly #freed = new Set<string>()
  /** The claim that was offered last, if it had been parked: should its key be full again, it is still the first. */
  #offered: Claim | undefined

  /** Claims in it, those that are not wanted any more included. */
  get size(): number {
    return this.#ready.size + this.#parkedCount
  }

  push(claim: Claim): void {
    this.#ready.push(claim)
  }

  /** The next claim that is still wanted. */
  next(): Claim | undefined {
    for (let claim = this.#shift(); claim !== undefined; claim = this.#shift()) if (claim.wanted) return claim
    return undefined
  }

  park(claim: Claim): void {
    const key = claim.laneKey!
    const claims = this.#parked.get(key) ?? []
    if (claim === this.#offered) claims.unshift(claim)
    else claims.push(claim)
    this.#parked.set(key, claims)
    this.#parkedCount += 1
    this.#freed.delete(key)
  }

  keyFreed(key: string): void {
    if (this.#parked.has(key)) this.#freed.add(key)
  }

  #shift(): Claim | undefined {
    this.#offered = undefined
    for (const key of this.#freed) {
      const claims = this.#parked.get(key)!
      const claim = claims.shift()!
      this.#parkedCount -= 1
      if (claims.length === 0) {
        this.#parked.delete(key)
        this.#freed.delete(key)
      }
      this.#offered = claim
      return claim
    }
    return this.#ready.shift()
  }
}
