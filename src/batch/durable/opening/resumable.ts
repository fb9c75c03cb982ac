import { Failure } from '../../../core/failure.ts'
import type { RunRow } from '../../../journal/journal.ts'
import { accountOf } from '../account.ts'

/** What a run must fit that is to be gone on with. */
export interface Wanted {
  readonly steps: string
  readonly source: string
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
