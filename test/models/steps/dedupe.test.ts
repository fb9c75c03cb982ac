import { describe, expect, test } from 'vitest'
import { createRuntime, dedupe, lexical, values } from '../../../src/index.ts'
import { countingEmbedder, PrivateEmbedder } from '../../support/counting-embedder.ts'

const mill = 'The tide mill grinds grain with the power of the sea, and has done so for three hundred years'
const seals = 'Forty seals lay on the sandbank in the harbour this morning, which is more than in any year before'

describe('dedupe', () => {
  test('keeps the first of those that are nearly the same', async () => {
    await using weft = await createRuntime()
    const texts = [mill, seals, mill.toUpperCase(), `${seals} at all`, 'Something else']
    const { kept, duplicates } = await weft.call(dedupe(), texts)
    expect(kept).toEqual([mill, seals, 'Something else'])
    expect(duplicates).toMatchObject([
      { index: 2, of: 0, similarity: 1 },
      { index: 3, of: 1 },
    ])
  })

  test('works on as many as make several batches', async () => {
    await using weft = await createRuntime()
    const texts = Array.from(
      { length: 2_000 },
      (_, index) => `number ${index % 700} says ${index % 700} and ${index % 700}`,
    )
    const { kept, duplicates } = await weft.call(dedupe(), texts)
    expect(kept).toEqual(texts.slice(0, 700))
    expect(duplicates.every(({ index, of }) => of === index % 700)).toBe(true)
  })

  test('finds what is the same in Thai and Chinese, which put no space between words', async () => {
    await using weft = await createRuntime()
    const chinese = '这座石拱桥建于宋代，是村里最古老的建筑，每年都有许多游客来参观。'
    const thai = 'สะพานหินนี้สร้างขึ้นเมื่อหลายร้อยปีก่อนและเป็นสิ่งก่อสร้างที่เก่าแก่ที่สุดในหมู่บ้าน'
    const { duplicates } = await weft.call(dedupe(), [chinese, thai, `${chinese}！`, `「${thai}」`])
    expect(duplicates.map(({ index, of }) => [index, of])).toEqual([
      [2, 0],
      [3, 1],
    ])
  })

  test('takes items that hold their text anywhere, and gives them back as they are', async () => {
    await using weft = await createRuntime()
    const items = [
      { id: 1, body: mill },
      { id: 2, body: mill },
    ]
    const { kept } = await weft.call(dedupe({ text: (item: (typeof items)[0]) => item.body }), items)
    expect(kept).toEqual([items[0]])
    expect(kept[0]).toBe(items[0])
  })

  test('by an embedder goes by its vectors, which stay whole', async () => {
    await using weft = await createRuntime()
    const model = countingEmbedder()
    const task = dedupe({ by: model, threshold: 0.99 })
    const first = await weft.call(task, ['listen', 'silent', 'mill', 'mill'])
    expect(first).toMatchObject({ kept: ['listen', 'mill'], duplicates: [{ of: 0 }, { of: 2 }] })
    expect(await weft.call(task, ['listen', 'silent', 'mill', 'mill'])).toEqual(first)
    expect((await weft.call(dedupe({ by: new PrivateEmbedder() }), ['ab', 'ba', 'c'])).kept).toEqual(['ab', 'c'])
    expect((await weft.call(dedupe({ by: lexical }), [mill, seals, `${mill}!`])).kept).toEqual([mill, seals])
  })

  test('is a step behind a collect', async () => {
    await using weft = await createRuntime()
    const [outcome] = values(
      await weft.pipeline([mill, mill, seals]).collect().step('dedupe', dedupe()).filter(Boolean),
    )
      .flat()
      .filter((value) => typeof value === 'object' && 'kept' in value)
    expect(outcome).toMatchObject({ kept: [mill, seals] })
  })

  test('of nothing is nothing, and refuses what it cannot do', async () => {
    await using weft = await createRuntime()
    expect(await weft.call(dedupe(), [])).toEqual({ kept: [], duplicates: [] })
    for (const input of [7, 'text', [7]]) {
      const [outcome] = await weft.map([input as never], dedupe())
      expect(outcome).toMatchObject({ failure: { code: 'INVALID_INPUT' } })
    }
    expect(() => dedupe({ threshold: 0 })).toThrow('dedupe: option threshold')
    expect(() => dedupe({ by: 'words' as never })).toThrow('dedupe: expected a model that embeds')
    expect(() => dedupe({ by: lexical, shingle: 3 })).toThrow('option shingle is for by: minhash')
  })
})
