import { describe, expect, test } from 'vitest'
import { bestByBoth } from '../../../workers/lexical/fusion.ts'

const both = (bm25: number[], cosines: number[], weight = 0.5, top = bm25.length) =>
  bestByBoth({ bm25: Float64Array.from(bm25), cosines: Float64Array.from(cosines), weight, top })

describe('two scores as one', () => {
  test('count by how far an item is from the worst to the best', () => {
    const placed = both([0, 2, 4], [0.9, 0.5, 0.1])
    expect(placed.map(({ score }) => score)).toEqual([0.5, 0.5, 0.5])
    expect(both([0, 2, 4], [0.9, 0.5, 0.1], 0.25).map(({ index, score }) => [index, score])).toEqual([
      [2, 0.75],
      [1, 0.5],
      [0, 0.25],
    ])
  })

  test('leave equal items in their order', () => {
    expect(both([1, 1, 1], [0.2, 0.2, 0.2]).map(({ index }) => index)).toEqual([0, 1, 2])
  })

  test('give no more than was asked for', () => {
    expect(both([1, 3, 2], [0, 0, 0], 0.5, 2).map(({ index }) => index)).toEqual([1, 2])
    expect(both([1], [1], 0.5, 9)).toHaveLength(1)
  })

  test('say 0 where nothing tells items apart', () => {
    expect(both([0, 0], [-0.3, -0.3]).map(({ score }) => score)).toEqual([0, 0])
  })
})
