import { type Matrix, rowCount, rowOf } from './matrix.ts'
import type { Duplicate } from './near-duplicates.ts'

/**
 * Which rows are nearly the same as one before them: each is compared with all that are kept so far, and kept unless the cosine with one
 * is at least `threshold`. Exact, and so it takes a time that grows with the square of their number. A comparison ends as soon as what is
 * left of both (Cauchy and Schwarz: at most the product of their lengths) cannot reach what is needed. Rows of zeros are like nothing.
 */
export function closeVectors({ rows, threshold }: { readonly rows: Matrix; readonly threshold: number }): Duplicate[] {
  const tails = tailLengths(rows)
  const kept: number[] = []
  const duplicates: Duplicate[] = []
  for (let index = 0; index < rowCount(rows); index += 1) {
    let of = -1
    let similarity = threshold
    for (const other of kept) {
      const cosine = cosineIfAtLeast(similarity, rows, tails, index, other)
      // The first of several that are equally close.
      if (cosine < similarity || (of >= 0 && cosine === similarity)) continue
      of = other
      similarity = cosine
    }
    if (of < 0) kept.push(index)
    else duplicates.push({ index, of, similarity: Math.min(1, similarity) })
  }
  return duplicates
}

/** Parts that a comparison is made of. */
const parts = 16

/** For each row the length of what is left of it after each part. */
function tailLengths(rows: Matrix): Float64Array {
  const tails = new Float64Array(rowCount(rows) * parts)
  const size = partSize(rows)
  for (let index = 0; index < rowCount(rows); index += 1) {
    const row = rowOf(rows, index)
    let squares = 0
    for (let part = parts - 1; part > 0; part -= 1) {
      for (const value of row.subarray(part * size, (part + 1) * size)) squares += value * value
      tails[index * parts + part - 1] = Math.sqrt(squares)
    }
  }
  return tails
}

/** The cosine, or -Infinity for one below `least`. */
function cosineIfAtLeast(least: number, rows: Matrix, tails: Float64Array, one: number, other: number): number {
  const { dimensions, values } = rows
  const size = partSize(rows)
  let sum = 0
  for (let part = 0; part < parts; part += 1) {
    const end = Math.min(dimensions, (part + 1) * size)
    for (let at = part * size; at < end; at += 1)
      sum += values[one * dimensions + at]! * values[other * dimensions + at]!
    if (sum + tails[one * parts + part]! * tails[other * parts + part]! + rounding < least)
      return Number.NEGATIVE_INFINITY
  }
  return sum
}

function partSize({ dimensions }: Matrix): number {
  return Math.ceil(dimensions / parts)
}

/** What sums of 32-bit values may be off by. */
const rounding = 1e-6
