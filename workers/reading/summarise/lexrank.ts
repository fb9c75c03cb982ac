/** Similarity of each text to each other, in 0..1: a row for each. */
export type Similarities = readonly Float64Array[]

/**
 * Cosine similarity of bags of words weighted by tf-idf, where each text is a document of the collection: a word that is
 * everywhere weighs nothing, so no list of stop words is needed.
 */
export function similarities(texts: readonly (readonly string[])[]): Similarities {
  const vectors = weigh(texts.map(countWords))
  const rows = vectors.map(() => new Float64Array(vectors.length))
  for (const postings of invert(vectors).values()) {
    for (const [i, a] of postings) for (const [j, b] of postings) (rows[i] as Float64Array)[j]! += a * b
  }
  return rows
}

/**
 * How central each text is: the stationary distribution of a random walk from text to similar text (continuous LexRank: Erkan and
 * Radev, "LexRank: Graph-based Lexical Centrality as Salience in Text Summarization", JAIR 22, 2004), with the damping of
 * TextRank (Mihalcea and Tarau, "TextRank: Bringing Order into Texts", EMNLP 2004). The values sum to 1.
 */
export function lexRank(similar: Similarities): Float64Array {
  const size = similar.length
  const degrees = similar.map((row, i) => row.reduce((sum, value, j) => (i === j ? sum : sum + value), 0))
  let ranks = new Float64Array(size).fill(1 / size)
  for (let round = 0; round < maxRounds; round++) {
    const next = new Float64Array(size).fill((1 - damping) / size)
    for (let i = 0; i < size; i++) spread(ranks[i] as number, i, similar[i] as Float64Array, degrees[i] as number, next)
    const change = next.reduce((sum, value, i) => sum + Math.abs(value - (ranks[i] as number)), 0)
    ranks = next
    if (change < tolerance) break
  }
  return ranks
}

const damping = 0.85
const maxRounds = 50
const tolerance = 1e-6

/** Passes the rank of one text on to those it resembles; one that resembles none passes it to all. */
function spread(rank: number, from: number, row: Float64Array, degree: number, next: Float64Array): void {
  for (let to = 0; to < row.length; to++) {
    if (degree === 0) next[to]! += (damping * rank) / row.length
    else if (to !== from) next[to]! += (damping * rank * (row[to] as number)) / degree
  }
}

type Vector = ReadonlyMap<string, number>

function countWords(words: readonly string[]): Vector {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return counts
}

/** Multiplies by the inverse document frequency and scales to length 1. */
function weigh(counts: readonly Vector[]): Vector[] {
  const frequencies = new Map<string, number>()
  for (const word of counts.flatMap((vector) => [...vector.keys()]))
    frequencies.set(word, (frequencies.get(word) ?? 0) + 1)
  return counts.map((vector) => {
    const weighted = [...vector].map(
      ([word, count]) => [word, count * Math.log(counts.length / (frequencies.get(word) ?? 1))] as const,
    )
    const length = Math.hypot(...weighted.map(([, weight]) => weight)) || 1
    return new Map(weighted.filter(([, weight]) => weight > 0).map(([word, weight]) => [word, weight / length]))
  })
}

/** For each word the texts that hold it, with its weight there. */
function invert(vectors: readonly Vector[]): Map<string, [text: number, weight: number][]> {
  const postings = new Map<string, [number, number][]>()
  for (const [text, vector] of vectors.entries()) {
    for (const [word, weight] of vector) {
      const list = postings.get(word)
      if (list === undefined) postings.set(word, [[text, weight]])
      else list.push([text, weight])
    }
  }
  return postings
}
