import type { Listener, WeftEvent } from '../core/event.ts'
import type { Failure, FailureRecord } from '../core/failure.ts'
import type { Outcome } from '../core/outcome.ts'
import type { RunStatistics } from '../core/statistics.ts'

/** Every event of a run, in one place. Costs nothing while nobody listens. */
export class Reporter {
  readonly #runId: string
  readonly #listener: Listener | undefined

  constructor(runId: string, listener: Listener | undefined) {
    this.#runId = runId
    this.#listener = listener && guarded(listener)
  }

  /** @param parentTaskId of the task that it is a child run of */
  runStarted(name: string, parentTaskId?: string): void {
    const parent = parentTaskId === undefined ? {} : { parentTaskId }
    this.#listener?.({ ...this.#header(), type: 'run-started', name, ...parent })
  }

  taskStarted(task: { readonly id: string; readonly attempts: number }): void {
    this.#listener?.({ ...this.#header(), type: 'task-started', taskId: task.id, attempt: task.attempts })
  }

  backingOff(task: { readonly id: string }, failure: Failure, delayMs: number): void {
    const { id: taskId } = task
    this.#listener?.({ ...this.#header(), type: 'task-backing-off', taskId, delayMs, failure: failure.toJSON() })
  }

  settled(outcome: Outcome<unknown>): void {
    if (this.#listener === undefined) return
    const { id: taskId, status, attempts, queuedMs, runMs } = outcome
    const failure = why(outcome)
    this.#listener({ ...this.#header(), type: 'task-settled', taskId, status, attempts, queuedMs, runMs, ...failure })
  }

  runEnded(statistics: RunStatistics): void {
    this.#listener?.({ ...this.#header(), type: 'run-ended', statistics })
  }

  #header(): Pick<WeftEvent, 'at' | 'runId'> {
    return { at: new Date().toISOString(), runId: this.#runId }
  }
}

/** Of a task that failed, or that was skipped. */
function why(outcome: Outcome<unknown>): { readonly failure?: FailureRecord } {
  if (outcome.status === 'failed') return { failure: outcome.failure.toJSON() }
  if (outcome.status === 'skipped') return { failure: outcome.cause.toJSON() }
  return {}
}

/** What a listener throws is an error of the program as a whole: it must not reach into the run that it listens to. */
function guarded(listener: Listener): Listener {
  return (event) => {
    try {
      listener(event)
    } catch (thrown) {
      queueMicrotask(() => {
        throw thrown
      })
    }
  }
}
