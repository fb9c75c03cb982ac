import type { FailureRecord } from './failure.ts'
import type { LaneState } from './lane-state.ts'
import type { OutcomeStatus } from './outcome.ts'
import type { RunStatistics } from './statistics.ts'

/** What a runtime tells whoever listens. Plain data; `at` is the wall clock in ISO 8601. */
export type WeftEvent = RunEvent | LaneEvent

/** Something happened in a run. */
export type RunEvent = { readonly at: string; readonly runId: string } & (
  | { readonly type: 'run-started'; readonly name: string; readonly parentTaskId?: string }
  | { readonly type: 'task-started'; readonly taskId: string; readonly attempt: number }
  | {
      readonly type: 'task-backing-off'
      readonly taskId: string
      /** 0: it waits for its lane again, which cools. */
      readonly delayMs: number
      readonly failure: FailureRecord
    }
  | {
      readonly type: 'task-settled'
      readonly taskId: string
      readonly status: OutcomeStatus
      readonly attempts: number
      readonly queuedMs: number
      readonly runMs: number
      readonly failure?: FailureRecord
    }
  | { readonly type: 'run-ended'; readonly statistics: RunStatistics }
)

/** A lane takes more or less than before, or nothing: for all runs. Not told of each step upwards. */
export interface LaneEvent {
  readonly at: string
  readonly runId?: undefined
  readonly type: 'lane-changed'
  readonly lane: string
  readonly state: LaneState
  /** `halved to 8: 429, resumes in 12 s` */
  readonly why: string
}

/** Called on the event loop, so it should be quick. What it throws becomes an uncaught exception of the process; the run goes on. */
export type Listener = (event: WeftEvent) => void
