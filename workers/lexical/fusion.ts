/** What two ways of scoring say of the same items, one score for each item. */
export interface Scores {
  /** At least 0. */
  readonly bm25: Float64Array
  readonly cosines: Float64Array
  /** Share of the cosines in the score, 0 to 1. */
  readonly weight: number
  /** How many of the best are wanted. */
  readonly top: number
}

export interface Placed {
  readonly index: number
  /** 0 to 1. */
  readonly score: number
}

/**
 * Both scores as one, and the best items by it: their convex combination, each first scaled to 0..1 over the items (Bruch, Gai, Ingber, "An
 * Analysis of Fusion Functions for Hybrid Retrieval", TOIS 2023). Measured beside reciprocal rank fusion (Cormack, Clarke, Büttcher,
 * SIGIR 2009), which forgets by how much one item is better than the next: `npm run bench -- retrieval`. Equal ones stay in their order.
 */
export function bestByBoth({ bm25, cosines, weight, top }: Scores): Placed[] {
  const words = scaled(bm25, 0)
  const vectors = scaled(cosines, lowest(cosines))
  const scores = words.map((score, index) => (1 - weight) * score + weight * vectors[index]!)
  const order = Uint32Array.from(scores, (_, index) => index)
  order.sort((one, other) => scores[other]! - scores[one]! || one - other)
  return Array.from(order.subarray(0, Math.min(top, order.length)), (index) => ({ index, score: scores[index]! }))
}

function lowest(scores: Float64Array): number {
  return scores.reduce((low, score) => Math.min(low, score), Number.POSITIVE_INFINITY)
}

/** From `low` to the highest as 0 to 1; all 0 where none is above it. */
function scaled(scores: Float64Array, low: number): Float64Array {
  const span = scores.reduce((high, score) => Math.max(high, score), low) - low
  return scores.map((score) => (span > 0 ? (score - low) / span : 0))
}
