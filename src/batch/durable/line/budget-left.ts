import type { BudgetOptions } from '../../../core/run.ts'
import type { Usage } from '../../../core/usage.ts'

export interface BudgetUsed {
  readonly usage: Usage
  readonly tasks: number
  readonly wallMs: number
}

/** What is left of a budget that earlier lives of the run have used of, too. */
export function budgetLeft(budget: BudgetOptions, used: BudgetUsed): { [limit in keyof BudgetOptions]: number } {
  const { usage, tasks, wallMs } = used
  const spent = { tokens: usage.inputTokens + usage.outputTokens, costUsd: usage.costUsd, tasks, wallMs }
  const limits = Object.entries(budget) as [keyof BudgetOptions, number | undefined][]
  return Object.fromEntries(
    limits.flatMap(([limit, most]) => (most === undefined ? [] : [[limit, Math.max(0, most - spent[limit])]])),
  )
}
