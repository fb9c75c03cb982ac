import type { Progress, Run } from '../core/run.ts'
import type { RunStatistics } from '../core/statistics.ts'
import type { FlowRun } from './flow-run.ts'

/** What the caller holds of a run. */
export class RunHandle<I, O> implements Run {
  readonly #run: FlowRun<I, O>

  constructor(run: FlowRun<I, O>) {
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

  cancel(reason?: string): void {
    this.#run.cancel(reason)
  }

  drain(reason?: string): void {
    this.#run.drain(reason)
  }

  stats(): RunStatistics {
    return this.#run.stats()
  }
}
