import { type BoundTask, isWorkerTask } from '../core/task.ts'
import type { Child, OwnedTask } from './terms.ts'

/** What an attempt has started beside its function, and what it waits for without its lease. */
export class Ties {
  // Each made when it is first needed: of those that wait for one promise, for hours, there may be a hundred thousand.
  #calls: Set<OwnedTask> | undefined
  #children: Set<Child> | undefined
  /** Of the calls, those that a worker runs now. */
  #workers = 0
  /** Calls, child runs and promises that the function waits for. */
  #awaited = 0
  /** Hands over the results that wait for the lease. */
  #undelivered: (() => void)[] | undefined

  get onWorker(): boolean {
    return this.#workers > 0
  }

  /** Tasks on lanes of their own that run, or wait, for it. */
  get calls(): Iterable<OwnedTask> {
    return this.#calls ?? []
  }

  get isCalling(): boolean {
    return this.#calls !== undefined && this.#calls.size > 0
  }

  get children(): Iterable<Child> {
    return this.#children ?? []
  }

  called(call: OwnedTask): void {
    this.#calls ??= new Set()
    this.#calls.add(call)
  }

  callEnded(call: OwnedTask): void {
    this.#calls?.delete(call)
  }

  adopt(child: Child): void {
    this.#children ??= new Set()
    this.#children.add(child)
  }

  release(child: Child): void {
    this.#children?.delete(child)
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
    this.#undelivered ??= []
    this.#undelivered.push(delivery)
    return true
  }

  /** The awaits go on. */
  deliver(): void {
    const undelivered = this.#undelivered ?? []
    this.#undelivered = undefined
    for (const deliver of undelivered) deliver()
  }
}
