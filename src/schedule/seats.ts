import { Agenda, type Place } from './agenda.ts'
import type { Demand } from './demand.ts'
import { Seat, type Serving } from './seat.ts'

/** The lane that the seats are on. */
interface SeatedLane {
  pump(): void
  left(seat: Seat): void
}

/**
 * All that may ask for a lane: those with something to offer in the order in which they are served. Mostly that is one of them, time and
 * again: as long as it is the only one it needs no agenda.
 */
export class Seats implements Serving {
  readonly #lane: SeatedLane
  readonly #agenda = new Agenda<Seat>()
  readonly #seats = new Set<Seat>()
  /** The one with something to offer, while the agenda is empty. */
  #only: Seat | undefined

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
    return this.#only ?? this.#agenda.first
  }

  join(demand: Demand): Seat {
    const seat = new Seat(this, demand)
    this.#seats.add(seat)
    return seat
  }

  leave(seat: Seat): void {
    if (this.#seats.delete(seat)) this.#agenda.leave(seat.place)
    if (seat === this.#only) this.#take(seat)
    this.#lane.left(seat)
  }

  enter(seat: Seat): Place<Seat> {
    return this.#agenda.enter(seat)
  }

  list(seat: Seat): void {
    const first = this.#only
    if (first === undefined && this.#agenda.first === undefined) {
      this.#only = seat
      return
    }
    this.#only = undefined
    if (first !== undefined) this.#agenda.add(first, first.place)
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
    // It may have left while it was asked.
    if (seat.listed && !seat.called) this.#take(seat)
  }

  /** The first one was served, and it takes no more now, as it says itself: where nobody else waits it need not be asked. */
  rest(seat: Seat): void {
    if (seat === this.#only) this.drop(seat)
  }

  #take(seat: Seat): void {
    if (seat === this.#only) this.#only = undefined
    else this.#agenda.drop(seat.place)
    seat.listed = false
  }

  /** The first one was served. */
  turn(seat: Seat): void {
    if (seat !== this.#only) this.#agenda.turn(seat.place)
  }
}
