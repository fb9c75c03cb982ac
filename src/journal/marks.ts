import { noTally } from '../core/tally.ts'
import { noUsage } from '../core/usage.ts'
import type { Marks } from './journal.ts'

/** Of a run that has not begun. */
export const noMarks: Marks = Object.freeze({
  tally: noTally,
  usage: noUsage,
  watermark: { item: 0, offset: 0, line: 1 },
  output: { bytes: 0, sequence: 0 },
})

export function begunMarks(account: string | undefined): Marks {
  return account === undefined ? noMarks : { ...noMarks, account }
}
