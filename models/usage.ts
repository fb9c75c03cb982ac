import type { ModelUsage } from './model.ts'

export const noModelUsage: ModelUsage = Object.freeze({
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  costUsd: 0,
})

/** What several answers used together. */
export function sumUsage(sum: ModelUsage, more: ModelUsage): ModelUsage {
  return {
    inputTokens: sum.inputTokens + more.inputTokens,
    outputTokens: sum.outputTokens + more.outputTokens,
    cachedInputTokens: sum.cachedInputTokens + more.cachedInputTokens,
    costUsd: sum.costUsd + more.costUsd,
  }
}
