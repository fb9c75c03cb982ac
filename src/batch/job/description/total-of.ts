import type { DescribedStep, PlanDescription } from './plan-description.ts'

export function totalOf(steps: readonly DescribedStep[]): PlanDescription['total'] {
  const sum = (of: (step: DescribedStep) => number): number => steps.reduce((total, step) => total + of(step), 0)
  return {
    inputTokens: sum(({ inputTokens }) => inputTokens),
    outputTokens: sum(({ outputTokens }) => outputTokens),
    costUsd: sum(({ costUsd }) => costUsd),
  }
}
