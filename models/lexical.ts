import * as v from 'valibot'
import { parseOptions } from '../src/core/options.ts'
import { text } from '../src/worker-files.ts'
import type { Embedder } from './model.ts'

export interface LexicalOptions {
  /**
   * Length of the vectors, at least 64. Default 2 048: 8 KiB each. With fewer, more features share a dimension: on the corpus of this
   * project 1 024 ranks 8 % worse (mean reciprocal rank), 4 096 3 % better.
   */
  readonly dimensions?: number
}

const options = v.strictObject({
  dimensions: v.optional(v.pipe(v.number(), v.integer(), v.minValue(64), v.maxValue(65_536)), 2_048),
})

/**
 * Vectors of the words and parts of words in a text: see `lexicalVector` for how and after whom. No weights, no key. It finds what is
 * said in the same words, however they are inflected or misspelt, and not what is said in others. It works on the cpu lane: `io` is where
 * it is asked.
 *
 * @throws Failure `INVALID_OPTION`
 */
export function lexicalOf(given: LexicalOptions = {}): Embedder {
  const { dimensions } = parseOptions(options, given, 'lexicalOf')
  return Object.freeze<Embedder>({
    name: `lexical-${dimensions}`,
    lane: 'io',
    dimensions,
    embed: async (texts, context) => (texts.length === 0 ? [] : context.call(text.embedTexts, { texts, dimensions })),
    // It asks nobody.
    estimate: () => ({}),
  })
}

/** The usual one: `lexicalOf()`. */
export const lexical: Embedder = lexicalOf()
