import type { LlamaEmbeddingContext, LlamaModel, Token } from 'node-llama-cpp'
import type { Embedded } from './protocol.ts'

/** The library adds a token before and one behind, and takes less than the whole context. */
const addedTokens = 3

/**
 * A vector of length 1 for each text, zeros for one without content.
 *
 * A text that is longer than the context is divided into as few parts as possible, of nearly the same length; its vector is the mean of
 * theirs, each weighted by its tokens. For a model that pools by the mean this is what one long context would pool, but that no token sees
 * those of another part.
 *
 * @throws the signal's reason, between two parts
 */
export async function embed(
  { model, contextSize }: { readonly model: LlamaModel; readonly contextSize: number },
  context: LlamaEmbeddingContext,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<Embedded> {
  const vectors: Float32Array[] = []
  let inputTokens = 0
  for (const text of texts) {
    const tokens = text.trim() === '' ? [] : model.tokenize(text)
    inputTokens += tokens.length
    const sum = new Float32Array(model.embeddingVectorSize)
    for (const part of partsOf(tokens, contextSize - addedTokens)) {
      signal.throwIfAborted()
      const { vector } = await context.getEmbeddingFor(part)
      for (const [index, value] of vector.entries()) sum[index]! += value * part.length
    }
    vectors.push(normalised(sum))
  }
  return { vectors, used: { inputTokens, outputTokens: 0, cachedInputTokens: 0 } }
}

function partsOf(tokens: readonly Token[], most: number): Token[][] {
  const count = Math.ceil(tokens.length / most)
  const bounds = Array.from({ length: count + 1 }, (_, index) => Math.round((index * tokens.length) / count))
  return bounds.slice(1).map((end, index) => tokens.slice(bounds[index], end))
}

/** In place. What has no direction stays as it is. */
function normalised(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector)
  if (length > 0) for (let index = 0; index < vector.length; index += 1) vector[index]! /= length
  return vector
}
