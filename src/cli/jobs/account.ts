import * as v from 'valibot'
import { accountOf } from '../../batch/durable/account.ts'
import { noTally, type Tally } from '../../core/tally.ts'
import type { RunRow } from '../../journal/journal.ts'
import type { ExplainedFailure } from './run-ends.ts'

/** What a run has counted beside its marks, as its journal has it. */
export interface RunAccount {
  readonly steps: readonly { readonly name: string; readonly tally: Tally }[]
  readonly derived: Tally
  /** Runs from which it took what was the same. */
  readonly before: readonly string[]
  readonly failures: readonly ExplainedFailure[]
}

/** Of a run that has counted nothing yet, zeros. */
export function runAccount({ plan, marks }: Pick<RunRow, 'plan' | 'marks'>): RunAccount {
  const { steps } = v.parse(planned, JSON.parse(plan))
  const { book, before = [] } = accountOf(marks)
  return {
    steps: steps.map(({ name }, at) => {
      const { done, failed, skipped } = book?.steps[at] ?? noTally
      return { name, tally: { in: done + failed + skipped, done, failed, skipped, cancelled: 0 } }
    }),
    derived: book?.derived ?? noTally,
    before,
    failures: book?.failures ?? [],
  }
}

const planned = v.object({ steps: v.array(v.object({ name: v.string() })) })
