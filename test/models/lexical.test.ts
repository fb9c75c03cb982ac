import { expect, test } from 'vitest'
import { lexical, lexicalOf } from '../../models/lexical.ts'
import { createRuntime, embed, embedAll, values } from '../../src/index.ts'
import { embedderConformance } from './conformance.ts'

embedderConformance({
  name: 'lexical',
  make: () => ({ model: lexical }),
  skips: { failures: 'it asks nobody, so nobody says no' },
})

test('its vectors are as long as was asked', async () => {
  await using weft = await createRuntime()
  const [one, other] = values(await weft.map(['a text', 'b'], embed(lexicalOf({ dimensions: 128 }))))
  expect([one!.length, other!.length]).toEqual([128, 128])
  expect(() => lexicalOf({ dimensions: 8 })).toThrow(/lexicalOf: option dimensions: expected >=64, got 8/)
})

test('a text has the same vector alone and in a batch, on whatever thread', async () => {
  await using weft = await createRuntime({ pool: { threads: 2 } })
  const texts = Array.from({ length: 150 }, (_, index) => `the mill of the tide number ${index}`)
  const alone = values(await weft.map(texts, embed()))
  expect(await weft.call(embedAll(lexical, { batch: 7 }), texts)).toEqual(alone)
})
