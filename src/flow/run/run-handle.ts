import type { Progress, Run } from '../../core/run.ts'
import type { RunStatistics } from '../../core/statistics.ts'
import type { ParentAttempt } from '../../execute/terms.ts'

/** What the caller holds of a run. */
export class RunHandle implements Run {
  readonly #run: Run

  constructor(run: Run) {
    this.#run = run
  }

  get id(): string {
    return this.#run.id
  }

  get signal(): AbortSignal {
    return this.#run.signal
  }

  get progress(): Progress {
    return this.#run.progress
  }

  get paused(): boolean {
    return this.#run.paused
  }

  cancel(reason?: string): void {
    this.#run.cancel(reason)
  }

  drain(reason?: string): void {
    this.#run.drain(reason)
  }

  pause(): void {
    this.#run.pause()
  }

  resume(): void {
    this.#run.resume()
  }

  stats(): RunStatistics {
    return this.#run.stats()
  }
}

/** A run that is awaited for its result. Where a task awaits it, the task's lease is free until then. */
export class AwaitedRun<T> extends RunHandle implements PromiseLike<T> {
  readonly #result: Promise<T>
  readonly #parent: ParentAttempt | undefined
  #isSettled = false
  #awaited: Promise<T> | undefined

  constructor(run: Run, result: Promise<T>, parent: ParentAttempt | undefined) {
    super(run)
    this.#result = result
    this.#parent = parent
    if (parent !== undefined) result.then(this.#settled, this.#settled)
  }

  // biome-ignore lint/suspicious/noThenProperty: a run is awaited for its result, that is its contract
  then<A = T, B = never>(
    onFulfilled?: ((result: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    if (this.#parent === undefined || this.#isSettled) return this.#result.then(onFulfilled, onRejected)
    this.#awaited ??= this.#parent.awaiting(this.#result)
    return this.#awaited.then(onFulfilled, onRejected)
  }

  readonly #settled = (): void => {
    this.#isSettled = true
  }
}
