import type { DescribedStep, PlanDescription } from '../../../batch/job/description/plan-description.ts'
import { count, dollars } from './figures.ts'

/** Tokens in, tokens out, cost; what is guessed is marked. */
export function usedCells({ inputTokens, outputTokens, costUsd, isGuessed }: DescribedStep): string[] {
  const guessed = isGuessed ? '~' : ''
  return [
    amount(inputTokens, guessed),
    amount(outputTokens, guessed),
    costUsd === 0 ? '' : `${guessed}${dollars(costUsd)}`,
  ]
}

export function totalCells({ inputTokens, outputTokens, costUsd }: PlanDescription['total']): string[] {
  return [amount(inputTokens, ''), amount(outputTokens, ''), dollars(costUsd)]
}

function amount(tokens: number, guessed: string): string {
  return tokens === 0 ? '' : `${guessed}${count(tokens)}`
}
