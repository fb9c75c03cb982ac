import type { BatchLimits, LaneControl, LaneMode } from '../core/resource.ts'
import type { Lane } from './lane.ts'
import { usualBatch } from './limits.ts'

/** A lane as resources see it. */
export class LaneGrip implements LaneControl {
  readonly mode: LaneMode
  readonly batch: BatchLimits
  readonly #lane: Lane

  constructor(lane: Lane) {
    const { mode = 'direct', batch } = lane.limits
    this.mode = mode
    this.batch = { ...usualBatch, ...batch }
    this.#lane = lane
  }

  get capacity(): number {
    return this.#lane.capacity
  }

  resize(capacity: number): void {
    this.#lane.resize(capacity)
  }

  get sharesCores(): boolean {
    return this.#lane.sharesCores
  }

  set sharesCores(shares: boolean) {
    this.#lane.sharesCores = shares
  }

  get room(): number {
    return this.#lane.room.leases
  }

  set room(room: number) {
    this.#lane.room.leases = room
  }

  tell(why: string): void {
    this.#lane.throttle.tell(why)
  }
}
