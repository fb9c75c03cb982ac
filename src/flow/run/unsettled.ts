import type { OwnedTask } from '../../execute/terms.ts'

/** The tasks of a run that have not ended. Each knows its place, so that taking one out needs no search. */
export class Unsettled {
  /** Those up to `#size`; what is behind it is free. Counted here, as each task comes and goes: `push` and `pop` are calls, this is none. */
  readonly #tasks: (OwnedTask | undefined)[] = []
  #size = 0

  get size(): number {
    return this.#size
  }

  add(task: OwnedTask): void {
    task.place = this.#size
    this.#tasks[this.#size++] = task
  }

  delete(task: OwnedTask): void {
    this.#size -= 1
    const last = this.#tasks[this.#size]!
    this.#tasks[this.#size] = undefined
    if (last === task) return
    this.#tasks[task.place] = last
    last.place = task.place
  }

  /** As they are now: ending one while going through them is fine. */
  all(): OwnedTask[] {
    return this.#tasks.slice(0, this.#size) as OwnedTask[]
  }
}
