import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bm25Scores } from '../../../workers/lexical/bm25.ts'

describe('BM25', () => {
  test('is what its formula says', () => {
    const texts = ['mill mill tide', 'tide', 'harbour of the seals']
    const scores = bm25Scores({ query: 'Mill tide tide', texts })
    const idf = (holders: number): number => Math.log(1 + (3 - holders + 0.5) / (holders + 0.5))
    const saturated = (count: number, length: number): number =>
      (count * 2.2) / (count + 1.2 * (0.25 + (0.75 * length) / (8 / 3)))
    expect(scores[0]).toBeCloseTo(idf(1) * saturated(2, 3) + idf(2) * saturated(1, 3), 12)
    expect(scores[1]).toBeCloseTo(idf(2) * saturated(1, 1), 12)
    expect(scores[2]).toBe(0)
  })

  test('of nothing is nothing', () => {
    expect([...bm25Scores({ query: 'mill', texts: [] })]).toEqual([])
    expect([...bm25Scores({ query: '', texts: ['mill'] })]).toEqual([0])
    expect([...bm25Scores({ query: 'mill', texts: ['', ' '] })]).toEqual([0, 0])
  })

  test('is never negative, and 0 only without a word in common', () => {
    const word = fc.constantFrom('a', 'b', 'c', 'd')
    const text = fc.array(word, { maxLength: 6 }).map((words) => words.join(' '))
    fc.assert(
      fc.property(text, fc.array(text), (query, texts) => {
        const wanted = new Set(query.split(' '))
        for (const [index, score] of bm25Scores({ query, texts }).entries()) {
          const shares = texts[index]!.split(' ').some((word) => word !== '' && wanted.has(word))
          expect(score > 0).toBe(shares)
        }
      }),
    )
  })
})
