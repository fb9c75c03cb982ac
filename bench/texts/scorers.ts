import { bm25Scores } from '../../workers/lexical/bm25.ts'
import { bestByBoth } from '../../workers/lexical/fusion.ts'
import { dotProduct } from '../../workers/lexical/matrix.ts'
import { lexicalVector, type VectorShape } from '../../workers/lexical/vector.ts'
import { countWords } from '../../workers/lexical/words.ts'

/** A way to rank texts: prepared for the texts, it scores each of them for a query. */
export type Scorer = (texts: readonly string[]) => (query: string) => ArrayLike<number>

export const bm25: Scorer = (texts) => {
  const known = bm25Known.get(texts) ?? new Map<string, Float64Array>()
  bm25Known.set(texts, known)
  return (query) => {
    const scores = known.get(query) ?? bm25Scores({ query, texts })
    known.set(query, scores)
    return scores
  }
}

/** Several ways are made of it, and it reads all texts for each query. */
const bm25Known = new WeakMap<readonly string[], Map<string, Float64Array>>()

/** Cosine of counted words, sublinear, with a dimension for each word there is: what hashing has to be measured against. */
export const bagOfWords: Scorer = (texts) => {
  const bags = texts.map(bagOf)
  return (query) => {
    const wanted = bagOf(query)
    return bags.map((bag) => wanted.entries().reduce((sum, [word, weight]) => sum + weight * (bag.get(word) ?? 0), 0))
  }
}

export function lexical(shape: VectorShape): Scorer {
  return (texts) => {
    const vectors = texts.map((text) => lexicalVector(text, shape))
    return (query) => {
      const vector = lexicalVector(query, shape)
      return vectors.map((other) => dotProduct(vector, other))
    }
  }
}

/** As `rank` fuses. */
export function convex(weight: number, words: Scorer, vectors: Scorer): Scorer {
  return (texts) => {
    const [byWords, byVectors] = [words(texts), vectors(texts)]
    return (query) => {
      const scores = { bm25: Float64Array.from(byWords(query)), cosines: Float64Array.from(byVectors(query)) }
      const fused = new Float64Array(texts.length)
      for (const { index, score } of bestByBoth({ ...scores, weight, top: texts.length })) fused[index] = score
      return fused
    }
  }
}

/** Reciprocal rank fusion (Cormack, Clarke, Büttcher, SIGIR 2009), with its k of 60. What has a score of 0 has no rank. */
export function reciprocalRanks(...scorers: readonly Scorer[]): Scorer {
  return (texts) => {
    const prepared = scorers.map((scorer) => scorer(texts))
    return (query) => {
      const fused = new Float64Array(texts.length)
      for (const score of prepared) {
        const scores = Array.from(score(query))
        const order = [...scores.keys()].filter((index) => scores[index]! > 0)
        order.sort((one, other) => scores[other]! - scores[one]! || one - other)
        for (const [place, index] of order.entries()) fused[index]! += 1 / (60 + place + 1)
      }
      return fused
    }
  }
}

function bagOf(text: string): Map<string, number> {
  const weights = [...countWords(text)].map(([word, count]) => [word, 1 + Math.log(count)] as const)
  const length = Math.hypot(...weights.map(([, weight]) => weight)) || 1
  return new Map(weights.map(([word, weight]) => [word, weight / length]))
}
