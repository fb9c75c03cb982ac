import { transfer } from '../../src/core/transfer.ts'
import { dotProduct, type Matrix, rowCount, rowOf } from './matrix.ts'

/** The cosine of each row with a vector, all of length 1. */
export function cosineScores({
  vector,
  rows,
}: {
  readonly vector: Float32Array
  readonly rows: Matrix
}): Float64Array<ArrayBuffer> {
  const scores = new Float64Array(rowCount(rows))
  for (let index = 0; index < scores.length; index += 1) scores[index] = dotProduct(vector, rowOf(rows, index))
  return transfer(scores, [scores.buffer])
}
