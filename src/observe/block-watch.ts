import type { Figures } from './figures.ts'

/** A task that keeps the event loop for longer is named, in milliseconds. */
const blockingMs = 50

/** Starts that are timed one by one once the loop has stood still. */
const closely = 1_000

interface Named {
  readonly id: string
  readonly name: string
}

/**
 * Finds out which tasks of a line keep the event loop from turning. Reading the clock costs a good part of what a start takes, so a single
 * start after the end of another task, which read the clock, is not timed by itself: should the loop prove to have stood still
 * when the clock is read next, both that start and what came then are named, and the starts after that are timed one by one.
 *
 *     end of A, clock read │ start of B │ … │ end of C, clock read        still for over 50 ms: it was B's start or something before C's end
 */
export class BlockWatch {
  readonly #figures: Figures
  /** The start since the clock was read last that nobody timed. */
  #untimed: Named | undefined
  #mayLeaveOut = false
  #closely = 0

  constructor(figures: Figures) {
    this.#figures = figures
  }

  /**
   * A function has returned. Whether the clock is to be read, to call `timed`.
   *
   * @param more whether another one may be started right after it, whose start this would be
   */
  returned(task: Named, more: boolean): boolean {
    if (more || !this.#mayLeaveOut || this.#closely > 0) return true
    this.#mayLeaveOut = false
    this.#untimed = task
    return false
  }

  /** It took so long until the function had returned. */
  timed(task: Named, ms: number): void {
    this.#closely -= 1
    this.#stood(task, ms, this.#untimed === undefined)
  }

  /** A task has ended, and the clock was read; `ms` after it was read before. */
  ended(task: Named, ms: number): void {
    this.#stood(task, ms, false)
    this.#mayLeaveOut = true
  }

  #stood(task: Named, ms: number, exact: boolean): void {
    const other = this.#untimed
    this.#untimed = undefined
    if (ms <= blockingMs) return
    this.#closely = closely
    this.#figures.block({ id: task.id, name: task.name, ms, exact })
    if (other !== undefined && other !== task) this.#figures.block({ id: other.id, name: other.name, ms, exact: false })
  }
}
