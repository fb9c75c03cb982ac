import { describe, expect, test } from 'vitest'
import { createRuntime, dedupe, type Embedder, embed, embedAll, lexical, rank, values } from '../../../src/index.ts'
import { countingEmbedder } from '../../support/counting-embedder.ts'

describe('embed', () => {
  test('gives a vector for a text, and for what holds one', async () => {
    await using weft = await createRuntime()
    const [text, held, page] = values(await weft.map(['a', { text: 'a' }, { markdown: 'a' }], embed()))
    expect(text).toEqual(held)
    expect(text).toEqual(page)
    expect(text).toHaveLength(lexical.dimensions!)
  })

  test('runs on the lane of its model', () => {
    expect(embed(countingEmbedder({ lane: 'local' })).lane).toBe('local')
    expect(embedAll(countingEmbedder({ lane: 'local' })).lane).toBe('local')
  })
})

describe('embedAll', () => {
  test('gives the vectors in the order of the texts, however many batches they make', async () => {
    await using weft = await createRuntime({ lanes: { narrow: { concurrency: 1 } } })
    const model = countingEmbedder({ lane: 'narrow' })
    const texts = Array.from({ length: 10 }, (_, index) => 'abcdefghij'.slice(index))
    const vectors = await weft.call(embedAll(model, { batch: 4 }), texts)
    expect(vectors.map((vector) => vector.filter((value) => value > 0).length)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1])
    expect(model.batches.map(({ length }) => length)).toEqual([4, 4, 2])
  })

  test('gives nothing for no texts', async () => {
    await using weft = await createRuntime()
    expect(await weft.call(embedAll(), [])).toEqual([])
  })

  test('puts fewer texts into a batch where they are long', async () => {
    await using weft = await createRuntime()
    const model = countingEmbedder()
    await weft.call(embedAll(model), ['a'.repeat(100_000), 'b'.repeat(100_000), 'c', 'd'.repeat(200_000), 'e'])
    expect(model.batches.map((batch) => batch.map((text) => text[0]).join(''))).toEqual(['a', 'bc', 'd', 'e'])
  })

  test('is a step after a batch', async () => {
    await using weft = await createRuntime()
    const outcomes = await weft.pipeline(['a', 'b', 'c']).batch(2).step('embed', embedAll())
    const vectors = outcomes.flatMap((outcome) => (outcome.status === 'done' ? [outcome.value] : []))
    expect(vectors.flat(2).filter((value) => value instanceof Float32Array)).toHaveLength(3)
  })

  test('refuses what is no text', async () => {
    await using weft = await createRuntime()
    const [outcome] = await weft.map([['a', 7 as never]], embedAll())
    expect(outcome).toMatchObject({ failure: { code: 'INVALID_INPUT' } })
    expect(() => embedAll(lexical, { batch: 0 })).toThrow('option batch')
  })
})

test.each([
  ['no list', () => 'no'],
  ['too few', (texts: readonly string[]) => texts.slice(1).map(() => new Float32Array([1, 0]))],
  ['too many', (texts: readonly string[]) => [...texts, 'one more'].map(() => new Float32Array([1, 0]))],
  ['plain arrays', (texts: readonly string[]) => texts.map(() => [1, 0])],
  ['vectors without numbers', (texts: readonly string[]) => texts.map(() => new Float32Array([Number.NaN, 1]))],
  ['vectors without end', (texts: readonly string[]) => texts.map(() => new Float32Array([Infinity, -Infinity]))],
  ['vectors of several lengths', (texts: readonly string[]) => texts.map((text) => new Float32Array(text.length))],
])('a model that gives %s fails every step that goes by its vectors', async (_, give) => {
  await using weft = await createRuntime()
  const model: Embedder = {
    name: 'odd',
    lane: 'io',
    embed: async (texts) => give(texts) as never,
    estimate: () => ({}),
  }
  const items = ['mill', 'seals', 'harbour']
  const outcomes = await Promise.all([
    weft.map([items], embedAll(model)),
    weft.map([{ query: 'mill', items }], rank({ model })),
    weft.map([items], dedupe({ by: model })),
  ])
  for (const [outcome] of outcomes) {
    expect(outcome).toMatchObject({ failure: { code: 'ANSWER_INVALID', message: /^odd: expected/, retryable: false } })
  }
})

test('a model whose vectors have another length for other texts fails what compares them', async () => {
  await using weft = await createRuntime()
  const embedder: Embedder = {
    name: 'odd',
    lane: 'io',
    embed: async (texts) => texts.map(() => new Float32Array(texts.length)),
    estimate: () => ({}),
  }
  const items = Array.from({ length: 300 }, (_, index) => `item ${index}`)
  const outcomes = await Promise.all([
    weft.map([{ query: 'item', items }], rank({ model: embedder })),
    weft.map([items], dedupe({ by: embedder })),
  ])
  for (const [outcome] of outcomes) expect(outcome).toMatchObject({ failure: { code: 'ANSWER_INVALID' } })
})
