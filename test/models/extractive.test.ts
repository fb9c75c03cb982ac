import { expect, test } from 'vitest'
import { extractive } from '../../models/extractive.ts'
import { createRuntime, summarise } from '../../src/index.ts'
import { summariserConformance } from './conformance.ts'

summariserConformance({ name: 'extractive', make: () => ({ model: extractive }) })

test('takes sentences of Markdown without its marks, and of plain text as they are', async () => {
  await using weft = await createRuntime()
  const markdown = '# Mills\n\nThe *tide* mill [grinds](https://a.example) grain.\n\n```\ncode();\n```\n'
  expect(await weft.call(summarise(), markdown)).toEqual({ text: 'The tide mill grinds grain.' })
  expect(await weft.call(summarise(), { text: 'One sentence only' })).toEqual({ text: 'One sentence only' })
})

test('ends sentences as the language of the page does', async () => {
  await using weft = await createRuntime()
  const markdown = '潮の力で粉をひく水車がある。池は満ち潮で水がたまる。'
  const task = summarise(undefined, { sentences: 2 })
  expect(await weft.call(task, { markdown, language: 'ja' })).toEqual({ text: markdown })
})
