import type { GenerateRequest } from '../model.ts'
import { estimateInputTokens } from '../token-estimate.ts'

/** Of the tokens that an answer may have, how many it is expected to have: most answers are much shorter than their limit. */
const expectedShare = 0.25

/** What a request is expected to use. */
export function estimateUsage(
  request: GenerateRequest,
  maxTokens: number,
): { readonly inputTokens: number; readonly outputTokens: number } {
  return { inputTokens: estimateInputTokens(request), outputTokens: Math.ceil(maxTokens * expectedShare) }
}
