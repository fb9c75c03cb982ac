import type { Embedder, ModelContext, Usage } from '../../src/index.ts'

/** An embedder that keeps what it was given at once. Its vectors have a dimension for each letter from a to z. */
export interface Counting extends Embedder {
  readonly batches: (readonly string[])[]
}

/** The same as an instance of a class whose state is its own: no copy of it would work. */
export class PrivateEmbedder implements Embedder {
  readonly name = 'private'
  readonly lane = 'io'
  readonly #inner = countingEmbedder()

  embed(texts: readonly string[], context: ModelContext): Promise<Float32Array[]> {
    return this.#inner.embed(texts, context)
  }

  estimate(texts: readonly string[]): Partial<Usage> {
    return this.#inner.estimate(texts)
  }
}

export function countingEmbedder(more: Partial<Embedder> = {}): Counting {
  const batches: (readonly string[])[] = []
  // The same text has the same vector, and the vector stays the model's.
  const known = new Map<string, Float32Array>()
  return {
    name: 'counting',
    lane: 'io',
    dimensions: 26,
    ...more,
    batches,
    embed: async (texts) => {
      batches.push(texts)
      return texts.map((text) => {
        const vector = known.get(text) ?? lettersOf(text)
        known.set(text, vector)
        return vector
      })
    },
    estimate: (texts) => ({ inputTokens: texts.length }),
  }
}

function lettersOf(text: string): Float32Array {
  const counts = new Float32Array(26)
  for (const [letter] of text.toLowerCase().matchAll(/[a-z]/g)) counts[letter.charCodeAt(0) - 97]! += 1
  const length = Math.hypot(...counts) || 1
  return counts.map((count) => count / length)
}
