import type { LaneState } from '../core/lane-state.ts'
import type { Lane } from './lane.ts'

/** A lane as programs see it: what it is doing now, and how to hold it. */
export class LaneHandle {
  readonly #lane: Lane

  constructor(lane: Lane) {
    this.#lane = lane
  }

  get name(): string {
    return this.#lane.name
  }

  /** Most leases at the same time, ever: of a lane that finds out how many pay, `state.concurrency` says how many now. */
  get capacity(): number {
    return this.#lane.capacity
  }

  /** Leases held. */
  get running(): number {
    return this.#lane.running
  }

  /** Tasks that want this lane now: parked with their key, tried again, or called on a worker. Inputs not read yet are in none. */
  get waiting(): number {
    return this.#lane.waiting
  }

  get paused(): boolean {
    return this.#lane.paused
  }

  /** What it takes now, what its rates allow, and why. */
  get state(): LaneState {
    return this.#lane.throttle.state
  }

  /** Begins no attempt, of whatever run, until `resume`. Those that are on their way go on. */
  pause(): void {
    this.#lane.pause()
  }

  /** Ends a pause, and opens the lane again that was stopped (`LANE_STOPPED`). */
  resume(): void {
    this.#lane.unpause()
  }

  /**
   * Pauses, and resolves once no attempt is on its way on it. What waits goes on waiting until `resume`: an attempt whose child run needs
   * this very lane does so, too.
   */
  drain(): Promise<void> {
    return this.#lane.drain()
  }

  toJSON(): Pick<LaneHandle, 'name' | 'capacity' | 'running' | 'waiting' | 'paused' | 'state'> {
    const { name, capacity, running, waiting, paused, state } = this
    return { name, capacity, running, waiting, paused, state }
  }
}
