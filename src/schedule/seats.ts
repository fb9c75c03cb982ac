import { Agenda, type Place } from './agenda.ts'
import type { Demand } from './demand.ts'
import { Seat, type Serving } from './seat.ts'

/** The lane that the seats are on. */
interface SeatedLane {
  pump(): void
  left(seat: Seat): void
}

/** All that may ask for a lane: those with something to offer in the order in which they are served. */
export class Seats implements Serving {
  readonly #lane: SeatedLane
  readonly #agenda = new Agenda<Seat>()
  readonly #seats = new Set<Seat>()

  constructor(lane: SeatedLane) {
    this.#lane = lane
  }

  get isEmpty(): boolean {
    return this.#seats.size === 0
  }

  /** Claims that were made and wait. */
  get ready(): number {
    let ready = 0
    for (const { demand } of this.#seats) ready += demand.ready
    return ready
  }

  /** Who is served next. */
  get first(): Seat | undefined {
    return this.#agenda.first
  }

  join(demand: Demand): Seat {
    const seat = new Seat(this, demand)
    this.#seats.add(seat)
    return seat
  }

  leave(seat: Seat): void {
    if (this.#seats.delete(seat)) this.#agenda.leave(seat.place)
    this.#lane.left(seat)
  }

  enter(seat: Seat): Place<Seat> {
    return this.#agenda.enter(seat)
  }

  list(seat: Seat): void {
    this.#agenda.add(seat, seat.place)
  }

  /** All are to be asked again. */
  call(): void {
    for (const seat of this.#seats) seat.call()
  }

  pump(): void {
    this.#lane.pump()
  }

  /** The first one has nothing to offer, unless it has said something else meanwhile. */
  drop(seat: Seat): void {
    if (seat.called) return
    this.#agenda.drop(seat.place)
    seat.listed = false
  }

  /** The first one was served. */
  turn(seat: Seat): void {
    this.#agenda.turn(seat.place)
  }
}
