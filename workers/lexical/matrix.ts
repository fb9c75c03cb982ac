/** Vectors of one size, one after another: it crosses a thread as one buffer. */
export interface Matrix {
  readonly dimensions: number
  readonly values: Float32Array<ArrayBuffer>
}

export function rowOf({ dimensions, values }: Matrix, index: number): Float32Array<ArrayBuffer> {
  return values.subarray(index * dimensions, (index + 1) * dimensions)
}

export function rowCount({ dimensions, values }: Matrix): number {
  return dimensions === 0 ? 0 : values.length / dimensions
}

/** Of vectors of length 1 it is their cosine. */
export function dotProduct(one: Float32Array, other: Float32Array): number {
  let sum = 0
  for (let at = 0; at < one.length; at += 1) sum += one[at]! * other[at]!
  return sum
}
