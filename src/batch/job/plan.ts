import type { Failure } from '../../core/failure.ts'
import type { Policy } from '../../core/policy.ts'
import type { BudgetOptions } from '../../core/run.ts'
import type { Durability } from '../../journal/journal.ts'
import type { RuntimeOptions } from '../../runtime.ts'
import type { RecordSink } from '../sinks/record-sink.ts'
import type { JobSource } from '../sources/source.ts'
import type { Step } from '../steps/step.ts'

/** A job that was read, checked and made ready: everything its run needs, and nothing has run yet. */
export interface JobPlan {
  readonly name: string
  /** Where its journal lies: `.weft/NAME` beside the job file. */
  readonly journalFolder: string
  readonly source: JobSource
  /** Read no more items than this. */
  readonly limit: number | undefined
  readonly steps: readonly Step[]
  /** Why one of its models would answer nothing, as it is now: there is no key. */
  readonly refusal?: Failure | undefined
  readonly output: JobOutput
  /** What its runtime is made with: lanes and web options. */
  readonly runtime: Pick<RuntimeOptions, 'lanes' | 'pool' | 'web'>
  readonly policy: Policy
  readonly budget: BudgetOptions | undefined
  readonly durability: Durability
  /** Most items on their way at the same time. */
  readonly concurrency: number | undefined
}

export interface JobOutput {
  /** One record for each item; at a first barrier, for each item that came up to it. */
  readonly records: RecordSink | undefined
  /** What comes out behind a `collect`. Undefined: it goes to `records`, too. */
  readonly report: RecordSink | undefined
  /** Records in the order of the input. */
  readonly isOrdered: boolean
  /** Names of the steps whose results are in a record's value, as an object. Undefined: the value is what the last step gave. */
  readonly fields: readonly string[] | undefined
}
