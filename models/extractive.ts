import { text } from '../src/worker-files.ts'
import type { Summariser } from './model.ts'

/**
 * Summaries of the text's own sentences: the most central ones (LexRank) that say different things (maximal marginal relevance), in their
 * order. No weights, no key; the same text gives the same summary. It works on the cpu lane: `io` is where it is asked.
 */
export const extractive: Summariser = Object.freeze<Summariser>({
  name: 'extractive',
  lane: 'io',
  summarise: async (request, context) => {
    const { sentences = 3, language = null } = request
    return { text: await context.call(text.summariseText, { text: request.text, sentences, language }) }
  },
})
