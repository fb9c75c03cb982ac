import type { RunRow } from '../../journal/journal.ts'
import { accountOf } from './account.ts'

/** A run builds on so many at most. */
export const maxBefore = 8

/**
 * What a run builds on that begins after these: not the last one alone, which may have been a trial of five items. Left out are all before one
 * that began anew.
 */
export function earlierRuns(newestFirst: readonly RunRow[]): RunRow[] {
  const fresh = newestFirst.findIndex(({ marks }) => accountOf(marks).isFresh)
  return uncovered(fresh < 0 ? newestFirst : newestFirst.slice(0, fresh + 1))
}

/**
 * The newest of them, without such as a later one of the same items and steps has gone through as far. One that was rolled back has work still
 * that nobody could take back.
 */
export function uncovered(newestFirst: readonly RunRow[]): RunRow[] {
  const chosen: RunRow[] = []
  for (const row of newestFirst) {
    const isCovered = chosen.some((later) => {
      const isSame = later.plan === row.plan && later.source === row.source
      return (
        isSame && later.state === 'finished' && row.state === 'finished' && later.marks.tally.in >= row.marks.tally.in
      )
    })
    if (!isCovered) chosen.push(row)
    if (chosen.length === maxBefore) break
  }
  return chosen
}
