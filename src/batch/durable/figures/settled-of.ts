import type { Journal, RunRow } from '../../../journal/journal.ts'
import type { Step } from '../../steps/step.ts'
import { accountOf } from '../account.ts'
import { type CountsRecord, countsFrom } from './counts.ts'

/** Of a run as its journal has it, or as somebody sees it who only looks. */
type Row = Pick<RunRow, 'id' | 'plan' | 'marks'> & { readonly state: string }

/**
 * How many items of a run are settled now. Its marks say what is in its output, as of its last batch; where it has not ended well, more than that may
 * be settled, and that is counted.
 */
export async function settledOf(journal: Pick<Journal, 'settledCounts'>, row: Row): Promise<CountsRecord> {
  const { book, isRewriting, isOrdered } = accountOf(row.marks)
  if (book !== undefined && (row.state === 'finished' || row.state === 'rolled-back')) return book
  const { steps } = JSON.parse(row.plan) as { readonly steps: readonly Pick<Step, 'kind'>[] }
  // The marks of an output in the order of its source, and those of a retry, follow places and not the order in which items settled.
  const isBySequence = book !== undefined && !isRewriting && isOrdered === false
  const before = isBySequence ? book : undefined
  const rows = await journal.settledCounts(row.id, isBySequence ? row.marks.output.sequence : 0)
  return countsFrom(rows, steps, before).record
}
