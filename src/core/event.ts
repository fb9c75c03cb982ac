import type { FailureRecord } from './failure.ts'
import type { OutcomeStatus } from './outcome.ts'
import type { RunStatistics } from './statistics.ts'

/** What a runtime tells whoever listens. Plain data; `at` is the wall clock in ISO 8601. */
export type WeftEvent = { readonly at: string; readonly runId: string } & (
  | { readonly type: 'run-started'; readonly name: string; readonly parentTaskId?: string }
  | { readonly type: 'task-started'; readonly taskId: string; readonly attempt: number }
  | {
      readonly type: 'task-backing-off'
      readonly taskId: string
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

/** Called on the event loop, so it should be quick. What it throws becomes an uncaught exception of the process; the run goes on. */
export type Listener = (event: WeftEvent) => void
