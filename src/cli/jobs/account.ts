import * as v from 'valibot'
import { accountOf } from '../../batch/durable/account.ts'
import type { CountsRecord } from '../../batch/durable/figures/counts.ts'
import { settledOf } from '../../batch/durable/figures/settled-of.ts'
import type { JobProgress } from '../../batch/durable/job-run.ts'
import { noTally, type Tally } from '../../core/tally.ts'
import type { Journal } from '../../journal/journal.ts'
import type { SeenRun } from '../../journal/seen-runs.ts'
import type { ExplainedFailure } from './run-ends.ts'

/** What a run has counted beside its marks, as its journal has it. */
export interface RunAccount {
  readonly steps: readonly { readonly name: string; readonly tally: Tally }[]
  readonly derived: Tally
  /** Items of its source, where that was known when it began. */
  readonly total: JobProgress['total']
  /** Runs from which it took what was the same. */
  readonly before: readonly string[]
  readonly failures: readonly ExplainedFailure[]
}

/** A run with what is settled of it now. */
export interface CountedRun extends SeenRun {
  readonly counts: CountsRecord
}

export async function counted(journal: Journal, row: SeenRun): Promise<CountedRun> {
  return { ...row, counts: await settledOf(journal, row) }
}

export function runAccount({ plan, marks, counts }: CountedRun): Omit<RunAccount, 'failures'> {
  const { steps } = v.parse(planned, JSON.parse(plan))
  const { before = [], total } = accountOf(marks)
  return {
    steps: steps.map(({ name }, at) => {
      const { done, failed, skipped } = counts.steps[at] ?? noTally
      return { name, tally: { in: done + failed + skipped, done, failed, skipped, cancelled: 0 } }
    }),
    derived: counts.derived,
    total,
    before,
  }
}

const planned = v.object({
  steps: v.array(v.object({ name: v.string(), kind: v.picklist(['each', 'expand', 'select', 'filter', 'collect']) })),
})
