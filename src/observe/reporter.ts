import type { LaneEvent, Listener, RunEvent } from '../core/event.ts'
import type { Failure, FailureRecord } from '../core/failure.ts'
import type { LaneState } from '../core/lane-state.ts'
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

  #header(): Pick<RunEvent, 'at' | 'runId'> {
    return { at: new Date().toISOString(), runId: this.#runId }
  }
}

/**
 * Tells of lanes, which belong to no run. In a microtask of its own: a lane changes in the midst of its work, and who is told may end runs.
 */
export function laneReporter(listener: Listener | undefined): (lane: string, state: LaneState, why: string) => void {
  if (listener === undefined) return () => {}
  return (lane, state, why) => {
    const event: LaneEvent = { at: new Date().toISOString(), type: 'lane-changed', lane, state, why }
    queueMicrotask(() => listener(event))
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
