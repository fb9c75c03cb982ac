import type { OwnedTask } from '../../execute/terms.ts'

/** The tasks of a run that have not ended. Each knows its place, so that taking one out needs no search. */
export class Unsettled {
  readonly #tasks: OwnedTask[] = []

  get size(): number {
    return this.#tasks.length
  }

  add(task: OwnedTask): void {
    task.place = this.#tasks.push(task) - 1
  }

  delete(task: OwnedTask): void {
    const last = this.#tasks.pop()!
    if (last === task) return
    this.#tasks[task.place] = last
    last.place = task.place
  }

  /** As they are now: ending one while going through them is fine. */
  all(): OwnedTask[] {
    return [...this.#tasks]
  }
}
