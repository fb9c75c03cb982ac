import { Backlog } from '../schedule/backlog.ts'
import type { Claim } from '../schedule/lane.ts'

/** The tasks of a run that were read from the source before and wait for a lease. */
export class ReadyTasks {
  /** Those that go on with an attempt: they run already as far as the run's `concurrency` goes. */
  readonly #resuming = new Backlog()
  /** Those that begin one: after a back-off, or now that their key is free. */
  readonly #beginning = new Backlog()

  get size(): number {
    return this.#resuming.size + this.#beginning.size
  }

  push(task: Claim): void {
    this.#backlogOf(task).push(task)
  }

  nextResuming(): Claim | undefined {
    return this.#resuming.next()
  }

  nextBeginning(): Claim | undefined {
    return this.#beginning.next()
  }

  park(task: Claim): void {
    this.#backlogOf(task).park(task)
  }

  keyFreed(key: string): void {
    this.#resuming.keyFreed(key)
    this.#beginning.keyFreed(key)
  }

  #backlogOf(task: Claim): Backlog {
    return task.resumes ? this.#resuming : this.#beginning
  }
}
