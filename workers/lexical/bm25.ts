import { transfer } from '../../src/core/transfer.ts'
import { countWords, wordsOf } from './words.ts'

/**
 * How well each text answers the query by the words that they share: Okapi BM25 (Robertson and Zaragoza, "The Probabilistic Relevance
 * Framework: BM25 and Beyond", 2009). `k1` 1.2: how soon a repeated word stops adding; `b` 0.75: how much a longer text is marked down;
 * idf = ln(1 + (N - n + 0.5) / (n + 0.5)) over these texts, which is never negative. A word that the query repeats counts once.
 *
 * @returns a score of at least 0 for each text; 0: no word in common
 */
export function bm25Scores({
  query,
  texts,
}: {
  readonly query: string
  readonly texts: readonly string[]
}): Float64Array<ArrayBuffer> {
  const terms = [...new Set(wordsOf(query))]
  const found = texts.map((text) => matchesIn(text, terms))
  const meanLength = found.reduce((sum, { length }) => sum + length, 0) / texts.length || 1
  const weights = terms.map((_, term) => {
    const holders = found.reduce((sum, { counts }) => sum + Math.min(1, counts[term]!), 0)
    return Math.log(1 + (texts.length - holders + 0.5) / (holders + 0.5))
  })
  const scores = Float64Array.from(found, ({ counts, length }) => {
    const stretch = k1 * (1 - b + (b * length) / meanLength)
    return counts.reduce((sum, count, term) => sum + (weights[term]! * count * (k1 + 1)) / (count + stretch), 0)
  })
  return transfer(scores, [scores.buffer])
}

const k1 = 1.2
const b = 0.75

interface Matches {
  /** How often the text has each word of the query. */
  readonly counts: readonly number[]
  /** Words in all. */
  readonly length: number
}

function matchesIn(text: string, terms: readonly string[]): Matches {
  const counts = countWords(text)
  let length = 0
  for (const count of counts.values()) length += count
  return { counts: terms.map((term) => counts.get(term) ?? 0), length }
}
