import { Failure } from '../../../core/failure.ts'
import type { RunRow } from '../../../journal/journal.ts'
import type { JobPlan } from '../../job/plan.ts'
import { accountOf } from '../account.ts'

/** What runs are told apart by: both as they are recorded. */
export interface Origin {
  readonly steps: string
  readonly source: string
}

/** What a run must fit that is to be gone on with. */
export interface Wanted extends Origin {
  readonly isRetry: boolean
  /** A barrier needs all items again. */
  readonly needsSource: boolean
}

/** @throws Failure `INPUT_CHANGED`; `INVALID_INPUT` when the run cannot be gone on with */
export function assertResumable(row: RunRow, { steps, source, isRetry, needsSource }: Wanted): void {
  const { id, state } = row
  if (state === 'rolling-back')
    throw new Failure('INVALID_INPUT', `${id} is being rolled back: go on with its rollback, or begin a new run`)
  if (state === 'rolled-back' || accountOf(row.marks).isRollingBack)
    throw new Failure(
      'INVALID_INPUT',
      `what ${id} did or took of another run was taken back, or was to be: begin a new run`,
    )
  if (state === 'finished' && !isRetry) {
    throw new Failure('INVALID_INPUT', `${id} is finished: retry what failed, or run the job again`)
  }
  if (row.plan !== steps) {
    throw new Failure(
      'INVALID_INPUT',
      `the steps of the job are not those of ${id}: run the job, and what is the same is taken from there`,
    )
  }
  if (row.source !== source && (state !== 'finished' || needsSource)) {
    throw new Failure(
      'INPUT_CHANGED',
      `the input is not what it was when ${id} began: run the job, and what is the same is taken from there`,
    )
  }
}

/** The last run of the same items and steps, if it can be gone on with. */
export function unfinished(rows: readonly RunRow[], plan: JobPlan, { steps, source }: Origin): RunRow | undefined {
  const same = rows.find((row) => row.plan === steps && row.source === source)
  if (same === undefined || same.state === 'finished' || !plan.source.isReadable) return undefined
  return mayGoOn(same, plan) ? same : undefined
}

/** With another limit it would be finished with more or fewer items than were asked for, and its output be that of neither. */
function mayGoOn({ marks }: RunRow, { limit }: JobPlan): boolean {
  const account = accountOf(marks)
  return !account.isRollingBack && account.limit === limit
}
