import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRuntime, rank } from '../../../src/index.ts'
import { countingEmbedder, PrivateEmbedder } from '../../support/counting-embedder.ts'

describe('rank', () => {
  test('puts first what shares words with the query, then what shares parts of words', async () => {
    await using weft = await createRuntime()
    const items = ['A ship at sea', 'The bakers were baking', 'A bakery in the harbour', 'Fog']
    const ranked = await weft.call(rank(), { query: 'bakery', items })
    expect(ranked.map(({ index }) => index).slice(0, 2)).toEqual([2, 1])
    expect(ranked[0]).toMatchObject({ item: 'A bakery in the harbour', score: 1 })
    expect(ranked[1]!.bm25).toBe(0)
    expect(ranked[1]!.similarity).toBeGreaterThan(0.1)
  })

  test('gives every item once, by falling scores, whatever they are', async () => {
    await using weft = await createRuntime()
    const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('', 'the mill', 'mill', 'tide mill'))
    await fc.assert(
      fc.asyncProperty(text, fc.array(text, { maxLength: 30 }), async (query, items) => {
        const ranked = await weft.call(rank(), { query, items })
        expect(ranked.map(({ index }) => index).sort((one, other) => one - other)).toEqual([...items.keys()])
        for (const [place, { item, index, score }] of ranked.entries()) {
          expect(item).toBe(items[index])
          expect(score).toBeGreaterThanOrEqual(0)
          expect(score).toBeLessThanOrEqual(ranked[place - 1]?.score ?? 1)
        }
      }),
      { numRuns: 25 },
    )
  })

  test('gives the best alone, of items that hold their text anywhere', async () => {
    await using weft = await createRuntime()
    const items = [{ note: 'fog' }, { note: 'the tide mill' }, { note: 'a mill' }]
    const task = rank({ top: 1, text: (item: { note: string }) => item.note })
    expect(await weft.call(task, { query: 'tide', items })).toMatchObject([
      { item: { note: 'the tide mill' }, index: 1 },
    ])
  })

  test('goes by the words alone, or by the vectors alone, where that is wanted', async () => {
    await using weft = await createRuntime()
    const request = { query: 'ab ab', items: ['ab and much that has nothing to do with it', 'ba'] }
    const model = countingEmbedder()
    const places = async (weight: number): Promise<number[]> => {
      return (await weft.call(rank({ model, weight }), request)).map(({ index }) => index)
    }
    expect(await places(0)).toEqual([0, 1])
    expect(await places(1)).toEqual([1, 0])
  })

  test('asks the model in batches, and leaves its vectors alone', async () => {
    await using weft = await createRuntime()
    const model = countingEmbedder()
    const items = Array.from({ length: 150 }, (_, index) => `item ${'xyz'[index % 3]}`)
    const first = await weft.call(rank({ model }), { query: 'x', items })
    expect(model.batches.map(({ length }) => length)).toEqual([1, 64, 64, 22])
    expect(await weft.call(rank({ model }), { query: 'x', items })).toEqual(first)
  })

  test('takes a model as it is', async () => {
    await using weft = await createRuntime()
    const model = new PrivateEmbedder()
    expect(await weft.call(rank({ model, top: 1 }), { query: 'a', items: ['b', 'a'] })).toMatchObject([{ item: 'a' }])
  })

  test('of nothing is nothing, and refuses what is no request', async () => {
    await using weft = await createRuntime()
    expect(await weft.call(rank(), { query: 'x', items: [] })).toEqual([])
    for (const input of [7, { query: 'x' }, { query: 7, items: [] }, { query: 'x', items: [7] }]) {
      const [outcome] = await weft.map([input as never], rank())
      expect(outcome).toMatchObject({ failure: { code: 'INVALID_INPUT' } })
    }
    expect(() => rank({ weight: 2 })).toThrow('rank: option weight: expected <=1, got 2')
    expect(() => rank({ model: 'lexical' as never })).toThrow('rank: expected a model that embeds')
  })
})
