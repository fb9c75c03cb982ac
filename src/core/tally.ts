import type { OutcomeStatus } from './outcome.ts'

/** How many inputs a run took in and how they ended. `in` always equals the sum of the others once the run has ended. */
export interface Tally extends Readonly<Record<OutcomeStatus, number>> {
  readonly in: number
}

export const noTally: Tally = Object.freeze({ in: 0, done: 0, failed: 0, skipped: 0, cancelled: 0 })

/** `48 in = 45 done + 3 failed + 0 skipped + 0 cancelled` */
export function equation(tally: Tally): string {
  return `${tally.in} in = ${tally.done} done + ${tally.failed} failed + ${tally.skipped} skipped + ${tally.cancelled} cancelled`
}
