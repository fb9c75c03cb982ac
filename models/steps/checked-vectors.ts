import { Failure } from '../../src/core/failure.ts'
import type { Embedder } from '../model.ts'

/**
 * What an embedder gave for some texts, once it is clear that it can be compared: a NaN would spoil every order and be found by nobody.
 *
 * @param dimensions of vectors that it gave before; default: of the first
 * @throws Failure `ANSWER_INVALID`, which is not retryable: the same texts would give the same
 */
export function checkedVectors(
  { name }: Embedder,
  texts: readonly string[],
  vectors: Float32Array[],
  dimensions: number | undefined = vectors[0]?.length,
): Float32Array[] {
  const invalid = (got: string): Failure =>
    new Failure('ANSWER_INVALID', `${name}: expected a vector of ${dimensions} numbers for each text, got ${got}`)
  if (!Array.isArray(vectors) || vectors.length !== texts.length) {
    throw new Failure('ANSWER_INVALID', `${name}: expected ${texts.length} vectors, got ${vectors?.length}`)
  }
  for (const vector of vectors) {
    if (!(vector instanceof Float32Array)) throw invalid(typeof vector)
    if (vector.length !== dimensions) throw invalid(`one of ${vector.length}`)
    let sum = 0
    for (let at = 0; at < vector.length; at += 1) sum += vector[at]!
    if (!Number.isFinite(sum)) throw invalid('one with an infinite number, or with what is no number')
  }
  return vectors
}
