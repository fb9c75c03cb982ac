import { type BoundTask, isWorkerTask } from '../core/task.ts'
import type { Child, OwnedTask } from './terms.ts'

/** What an attempt has started beside its function, and what it waits for without its lease. */
export class Ties {
  /** Tasks on lanes of their own that run, or wait, for it. */
  readonly calls: Set<OwnedTask> = new Set()
  readonly children: Set<Child> = new Set()
  /** Of the calls, those that a worker runs now. */
  #workers = 0
  /** Calls, child runs and promises that the function waits for. */
  #awaited = 0
  /** Hands over the results that wait for the lease. */
  readonly #undelivered: (() => void)[] = []

  get onWorker(): boolean {
    return this.#workers > 0
  }

  /** A call has begun on its lane, or has ended there. */
  count(task: BoundTask<never, unknown>, change: 1 | -1): void {
    if (isWorkerTask(task)) this.#workers += change
  }

  /** The function waits for one more thing. What had come meanwhile is handed over without the lease: this may need it. */
  await(): void {
    this.#awaited += 1
    this.deliver()
  }

  /**
   * Something has come that the function waits for.
   *
   * @returns whether it was the last: then it is kept until the lease is held again, see `deliver`. Of several the others find their
   *   caller still waiting, and are handed over at once
   */
  came(delivery: () => void, isOver: boolean): boolean {
    this.#awaited -= 1
    if (isOver || this.#awaited > 0) {
      delivery()
      return false
    }
    this.#undelivered.push(delivery)
    return true
  }

  /** The awaits go on. */
  deliver(): void {
    for (const deliver of this.#undelivered.splice(0)) deliver()
  }
}
