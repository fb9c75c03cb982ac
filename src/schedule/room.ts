import { batchRoom, firstBatchRoom, type LaneLimits } from './limits.ts'
import type { Ticker } from './ticker.ts'

/** The lane that the room is on. */
interface RoomyLane {
  /** Leases held. */
  readonly running: number
  pump(): void
}

/** All that may ask for it. */
interface Asking {
  /** All are to be asked again. */
  call(): void
}

/** How many leases may be held on a lane for another attempt to begin: fewer while what waits elsewhere for those that have begun is too much. */
export class Room {
  readonly #most: number
  readonly #lane: RoomyLane
  readonly #seats: Asking
  readonly #clock: Ticker
  #leases: number

  constructor({ mode }: LaneLimits, lane: RoomyLane, seats: Asking, clock: Ticker) {
    this.#most = mode === 'batch' ? batchRoom : Number.POSITIVE_INFINITY
    this.#leases = mode === 'batch' ? firstBatchRoom : this.#most
    this.#lane = lane
    this.#seats = seats
    this.#clock = clock
  }

  get isFull(): boolean {
    return this.#lane.running >= this.#leases
  }

  /** 0: none begins. */
  get leases(): number {
    return this.#leases
  }

  set leases(leases: number) {
    const before = this.#leases
    this.#leases = Math.min(leases, this.#most)
    if (this.#leases <= before) return
    this.#clock.now()
    // Who has nothing that stands ready may have stopped reading.
    if (before <= 0) this.#seats.call()
    this.#lane.pump()
  }
}
