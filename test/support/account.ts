import { noTally } from '../../src/core/tally.ts'
import { Figures } from '../../src/observe/figures.ts'
import type { Account } from '../../src/observe/statistics.ts'

/** The account of a run that counted `own` and, unless it is said otherwise, did nothing remarkable. */
export function accountOf(own: Figures, more: Partial<Account>): Account {
  const children = more.children ?? new Figures()
  const total = new Figures()
  total.add(own)
  total.add(children)
  return {
    tally: own.tally,
    derived: noTally,
    own,
    total,
    children,
    stages: [],
    criticalPath: [],
    pathMs: 0,
    wallMs: 1,
    concurrency: 1,
    abandoned: 0,
    loopDelay: { p50Ms: 1, p99Ms: 2, maxMs: 3 },
    lane: () => ({ capacity: 1 }),
    ...more,
  }
}
