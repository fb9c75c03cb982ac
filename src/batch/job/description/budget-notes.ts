import type { BudgetOptions } from '../../../core/run.ts'
import type { PlanDescription } from './plan-description.ts'

type Expected = Pick<PlanDescription, 'items' | 'steps' | 'total' | 'leastMs' | 'critical'>

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/**
 * For each limit that what is expected does not fit into, how far it will go.
 *
 * @param name how the budget is called in the notes
 */
export function budgetNotes(
  { items, steps, total, leastMs, critical }: Expected,
  budget: BudgetOptions = {},
  name = 'budget',
): string[] {
  if (items === undefined) return []
  const tasks = steps.reduce((sum, { runs = 0 }) => sum + runs, 0)
  const limits: readonly Limit[] = [
    {
      expected: total.costUsd,
      most: budget.costUsd,
      shown: (usd) => `${usd >= 1 ? usd.toFixed(2) : usd.toFixed(4)} USD`,
    },
    {
      expected: total.inputTokens + total.outputTokens,
      most: budget.tokens,
      shown: (value) => `${grouped.format(value)} tokens`,
    },
    { expected: tasks, most: budget.tasks, shown: (value) => `${grouped.format(value)} tasks` },
    {
      expected: leastMs ?? 0,
      most: budget.wallMs,
      shown: (ms) => `${grouped.format(ms / 1_000)} s`,
      word: critical?.isMeasured ? 'about ' : 'at least ',
    },
  ]
  return limits.flatMap(({ expected, most, shown, word = '' }) => {
    if (most === undefined || expected <= most) return []
    const count = Math.floor((items.count * most) / expected)
    const some = `about ${grouped.format(count)} of ${grouped.format(items.count)} items will be done`
    return [`expected ${word}${shown(expected)} does not fit ${name} ${shown(most)}: ${some}`]
  })
}

interface Limit {
  readonly expected: number
  readonly most: number | undefined
  readonly shown: (amount: number) => string
  readonly word?: string
}
