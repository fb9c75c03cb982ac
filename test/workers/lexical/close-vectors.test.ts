import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { closeVectors } from '../../../workers/lexical/close-vectors.ts'
import { dotProduct } from '../../../workers/lexical/matrix.ts'
import type { Duplicate } from '../../../workers/lexical/near-duplicates.ts'

const unit = fc
  .array(fc.integer({ min: -3, max: 3 }), { minLength: 20, maxLength: 20 })
  .map((values) => Float32Array.from(values, (value) => value / (Math.hypot(...values) || 1)))

const find = (vectors: readonly Float32Array[], threshold: number): Duplicate[] => {
  const dimensions = vectors[0]?.length ?? 0
  const values = new Float32Array(vectors.length * dimensions)
  for (const [index, vector] of vectors.entries()) values.set(vector, index * dimensions)
  return closeVectors({ rows: { dimensions, values }, threshold })
}

describe('close vectors', () => {
  test('are those that a comparison with every kept one finds', () => {
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 25 }), fc.constantFrom(0.2, 0.5, 0.8), (vectors, threshold) => {
        const kept: number[] = []
        const expected: [number, number][] = []
        for (const [index, vector] of vectors.entries()) {
          const close = kept.filter((other) => dotProduct(vector, vectors[other]!) >= threshold)
          close.sort(
            (one, other) => dotProduct(vector, vectors[other]!) - dotProduct(vector, vectors[one]!) || one - other,
          )
          if (close.length === 0) kept.push(index)
          else expected.push([index, close[0]!])
        }
        expect(find(vectors, threshold).map(({ index, of }) => [index, of])).toEqual(expected)
      }),
    )
  })

  test('count vectors of nothing as like nothing', () => {
    expect(find([new Float32Array(4), new Float32Array(4)], 0.5)).toEqual([])
  })

  test('of none are none', () => {
    expect(find([], 0.5)).toEqual([])
  })
})
