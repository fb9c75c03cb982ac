import type { RunJournal } from '../../journal/journal.ts'
import type { Runtime } from '../../runtime.ts'
import type { JobPlan } from '../job/plan.ts'
import type { RecordSink } from '../sinks/record-sink.ts'
import type { Account } from './account.ts'
import type { Effects } from './effects/effects.ts'
import type { Shape } from './item/shape.ts'
import type { JobRunOptions } from './job-run.ts'

/** What a run is made of: opened, and nothing has run yet. */
export interface JobParts {
  readonly plan: JobPlan
  readonly options: JobRunOptions
  readonly shape: Shape
  readonly journal: RunJournal
  readonly runtime: Runtime
  readonly records: RecordSink | undefined
  readonly report: RecordSink | undefined
  readonly isResumed: boolean
  /** It had come to its end, and what is open was made so again: nothing more is read of its source. */
  readonly wasFinished: boolean
  /** What failed is done again: the output is written anew at the end. */
  readonly isRetry: boolean
  /** The output has all that the journal knows of. */
  readonly isWhole: boolean
  readonly account: Account
  /** Files of runs that this one has given up: they go when it has published its own. */
  readonly givenUp: readonly string[]
  readonly effects: Effects
  readonly note: (line: string) => void
  /** All that is to be closed when the run has ended. */
  readonly resources: AsyncDisposableStack
}
