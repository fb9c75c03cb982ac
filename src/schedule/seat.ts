import type { Entry, Place } from './agenda.ts'
import type { Demand } from './demand.ts'

/** The lane with its seats, as one of these sees it. */
export interface Serving {
  enter(seat: Seat): Place<Seat>
  list(seat: Seat): void
  leave(seat: Seat): void
  pump(): void
}

/** A demand's place on a lane. */
export class Seat implements Entry {
  readonly demand: Demand
  readonly priority: number
  readonly party: object
  readonly place: Place<Seat>
  /** Belongs to the lane: whether it stands in the agenda. */
  listed = false
  /** Belongs to the lane: whether it was called since it was asked last. */
  called = false
  readonly #lane: Serving

  constructor(lane: Serving, demand: Demand) {
    this.#lane = lane
    this.demand = demand
    this.priority = demand.priority
    this.party = demand.party
    this.place = lane.enter(this)
  }

  /** Says that the demand has something to offer. */
  announce(): void {
    this.call()
    this.#lane.pump()
  }

  /** The same, when a `release` or a `pump` follows anyway. */
  call(): void {
    this.called = true
    if (this.listed) return
    this.listed = true
    this.#lane.list(this)
  }

  leave(): void {
    this.#lane.leave(this)
  }
}
