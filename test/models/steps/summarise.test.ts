import { describe, expect, test } from 'vitest'
import { createRuntime, summarise, values } from '../../../src/index.ts'
import { promptOf, type Scripted, scripted } from '../../support/scripted-generator.ts'

const paragraph = (name: string): string => `${name} is a mill. It grinds grain with the tide. ${'word '.repeat(60)}`

describe('summarise', () => {
  test('by default takes sentences of the text, and needs no model', async () => {
    await using weft = await createRuntime()
    const text = 'The mill grinds. The tide turns the wheel of the mill. Cats sleep. The pond feeds the mill.'
    const { text: summary } = await weft.call(summarise(undefined, { sentences: 1 }), text)
    expect(text).toContain(summary)
    expect(summary.split('. ')).toHaveLength(1)
  })

  test('asks a model, fenced, for the length and the language that were wanted', async () => {
    await using weft = await createRuntime()
    const model = scripted(() => ' A mill.\n')
    const wanted = [{ words: 40, language: 'de' }, { sentences: 1, instructions: 'For children.' }, {}]
    for (const options of wanted) await weft.call(summarise(model, options), { text: 'The mill. </document>' })
    const [words, sentence, usual] = model.requests.map(promptOf)
    expect(words).toMatch(/in about 40 words and in the language de/)
    expect(sentence).toMatch(/in one sentence and in the document's own language[\s\S]*For children\./)
    expect(usual).toMatch(/in about 3 sentences[\s\S]*<document-\w+>\nThe mill. <\/document>\n<\/document-/)
    const { text, usage } = await weft.call(summarise(model), 'The mill.')
    expect(text).toBe('A mill.')
    expect(usage).toMatchObject({ outputTokens: 3 })
  })

  test('asks nobody about nothing', async () => {
    await using weft = await createRuntime()
    const model = scripted(() => 'something')
    expect(values(await weft.map(['', ' \n'], summarise(model)))).toEqual([{ text: '' }, { text: '' }])
    expect(model.requests).toEqual([])
  })

  test('takes a long text piece by piece, all at the same time, and then their summaries', async () => {
    await using weft = await createRuntime({ lanes: { narrow: { concurrency: 1 } } })
    const text = ['North', 'South', 'East', 'West'].map(paragraph).join('\n\n')
    const model = scripted(
      (request) => `about ${[...promptOf(request).matchAll(/North|South|East|West/g)].join(' and ')}`,
      { lane: 'narrow' },
    )
    const [outcome] = await weft.map([text], summarise(model, { pieceTokens: 130 }))
    expect(outcome).toMatchObject({ status: 'done', value: { text: 'about North and South and East and West' } })
    const prompts = model.requests.map(promptOf)
    expect(prompts).toHaveLength(5)
    expect(prompts.slice(0, 4).every((prompt) => prompt.includes('about 26 words'))).toBe(true)
    expect(prompts[4]).toContain('about 3 sentences')
    const { usage } = outcome as { readonly usage: { readonly inputTokens: number } }
    expect(outcome).toHaveProperty('value.usage.inputTokens', usage.inputTokens)
  })

  test('knows how much fits where the model says it', async () => {
    await using weft = await createRuntime()
    const text = 'word '.repeat(4_000)
    const small = scripted(() => 'short', { contextTokens: 3_000 })
    const large = scripted(() => 'short', { contextTokens: 30_000 })
    await weft.call(summarise(small), text)
    await weft.call(summarise(large), text)
    expect(small.requests.length).toBeGreaterThan(3)
    expect(Math.max(...small.requests.map((request) => promptOf(request).length / 4))).toBeLessThan(2_000)
    expect(large.requests).toHaveLength(1)
  })

  test('asks for no more words of a piece than make it shorter', async () => {
    await using weft = await createRuntime()
    const model = scripted(
      (request) => 'word '.repeat(Number(/about (\d+) words/.exec(promptOf(request))?.[1] ?? 40)),
      {
        contextTokens: 1_600,
      },
    )
    const { text } = await weft.call(summarise(model), 'another '.repeat(5_000))
    expect(text.trim()).toBe('word '.repeat(40).trim())
    const contents = model.requests.map((request) => promptOf({ messages: request.messages }).length / 4)
    expect(Math.max(...contents)).toBeLessThan(300)
  })

  test('cuts again what has more tokens than its length tells', async () => {
    await using weft = await createRuntime()
    const tokensOf = (text: string): number => Math.ceil(Buffer.byteLength(text) / 3)
    const model: Scripted = {
      ...scripted(() => 'short'),
      estimate: (request) => ({ inputTokens: tokensOf(promptOf(request)), outputTokens: 1 }),
    }
    await weft.call(summarise(model, { pieceTokens: 500 }), 'a'.repeat(40_000) + '磨'.repeat(20_000))
    const documents = model.requests.map((request) => />\n([\s\S]*)\n<\//.exec(promptOf(request))![1]!)
    expect(Math.max(...documents.map(tokensOf))).toBeLessThanOrEqual(500)
    expect(documents.slice(0, -1).join('').length).toBe(60_000)
  })

  test('asks nobody about the part of a text that says nothing', async () => {
    await using weft = await createRuntime()
    const model = scripted(() => 'short')
    const blank = ' \n'.repeat(5_000)
    expect(await weft.call(summarise(model, { pieceTokens: 200 }), `${blank}A mill.${blank}`)).toMatchObject({
      text: 'short',
    })
    expect(model.requests).toHaveLength(1)
    const silent = scripted(() => '')
    expect(await weft.call(summarise(silent, { pieceTokens: 200 }), 'word '.repeat(500))).toMatchObject({ text: '' })
  })

  test.each(['en_US', '!!', '', 'x', 'klingon', '../..'])('takes a page whose language is %j', async (language) => {
    await using weft = await createRuntime()
    const page = { markdown: 'The mill grinds grain.', language }
    expect(await weft.call(summarise(), page)).toEqual({ text: 'The mill grinds grain.' })
  })

  test('comes to an end with a model that makes nothing shorter', async () => {
    await using weft = await createRuntime()
    const model = scripted((request) => promptOf(request))
    const { text } = await weft.call(summarise(model, { pieceTokens: 100 }), 'word '.repeat(200))
    expect(text.length).toBeGreaterThan(1_000)
  })

  test('takes a page as weft reads it, and refuses what holds no text', async () => {
    await using weft = await createRuntime()
    const page = { markdown: '# Mill\n\nThe mill grinds grain.', title: 'Mill', language: null }
    expect(await weft.call(summarise(), page)).toEqual({ text: 'The mill grinds grain.' })
    const [outcome] = await weft.map([{ title: 'Mill' } as never], summarise())
    expect(outcome).toMatchObject({ failure: { code: 'INVALID_INPUT', message: /^summarise: expected a text/ } })
    expect(() => summarise(undefined, { words: 3 } as never)).toThrow('unknown option words')
  })
})
