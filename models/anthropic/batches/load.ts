import type { BatchLimits, LaneControl } from '../../../src/core/resource.ts'

/** Memory of a request that waits, beside its text, in bytes: its task, its promises, and what was used up and is collected late. */
export const besideBytes = 10_000

/** What a request is taken for before any has come, in bytes. */
const usualBytes = 65_536

/** What waits for answers, in bytes. While it is as much as may wait, its lane begins nothing. */
export class Load {
  readonly #lane: LaneControl
  readonly #limits: BatchLimits
  /** Of requests that are not sent: they are kept as they will be sent. */
  #unsent = 0
  /** Of all that wait, as their tasks keep them. */
  #waiting = 0
  /** What the last requests were like, in both counts. */
  #unsentEach: number | undefined
  #waitingEach: number | undefined
  #isOpening = false

  constructor(lane: LaneControl) {
    this.#lane = lane
    this.#limits = lane.batch
  }

  came(unsent: number, waiting: number): void {
    // One that comes to a batch that was sent says nothing of the others.
    if (unsent > 0) this.#unsentEach = smoothed(this.#unsentEach, unsent)
    this.#waitingEach = smoothed(this.#waitingEach, waiting)
    this.#change(unsent, waiting)
  }

  sent(unsent: number): void {
    this.#change(-unsent, 0)
  }

  left(unsent: number, waiting: number): void {
    this.#change(-unsent, -waiting)
  }

  #change(unsent: number, waiting: number): void {
    this.#unsent += unsent
    this.#waiting += waiting
    if (this.#room <= this.#lane.room) this.#lane.room = this.#room
    else if (!this.#isOpening) {
      this.#isOpening = true
      queueMicrotask(() => this.#open())
    }
  }

  /** Others begin then, and do anything: not in the midst of what those do that came or left. */
  #open(): void {
    this.#isOpening = false
    this.#lane.room = this.#room
  }

  get #room(): number {
    const { maxUnsentBytes, maxWaitingBytes } = this.#limits
    const rooms = [
      (maxUnsentBytes - this.#unsent) / (this.#unsentEach ?? usualBytes),
      (maxWaitingBytes - this.#waiting) / (this.#waitingEach ?? usualBytes),
    ]
    // What is larger than all that may wait goes alone.
    return Math.max(0, Math.ceil(Math.min(...rooms)))
  }
}

function smoothed(before: number | undefined, latest: number): number {
  return before === undefined ? latest : before + (latest - before) / 16
}
