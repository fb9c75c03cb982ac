import { describe, expect, test } from 'vitest'
import type { Delta, GenerateRequest, Generation, Generator, Message } from '../../../models/model.ts'
import { Failure } from '../../../src/index.ts'
import { citySchema, prompts, weatherTool } from './prompts.ts'
import { type ExpectedFailure, Stage, type Subject, testUnless } from './stage.ts'

export interface GeneratorSubject extends Subject<Generator> {
  /** Requests that must fail, and how. */
  readonly failures?: readonly ExpectedFailure<Generator, GenerateRequest>[]
}

/**
 * What every `Generator` must do, through a real runtime.
 *
 * @param provider.make called once, before the first test
 * @param provider.skips what it cannot do, each with the reason
 */
export function generatorConformance(provider: {
  readonly name: string
  make(): GeneratorSubject | Promise<GeneratorSubject>
  readonly skips?: Readonly<Partial<Record<'jsonSchema' | 'tools' | 'stop' | 'failures' | 'cancellation', string>>>
}): void {
  const { name, make, skips = {} } = provider
  describe(`${name} is a Generator`, () => {
    const stage = new Stage<Generator, GeneratorSubject>(make)
    const generate = (request: GenerateRequest) => stage.done((context) => stage.model.generate(request, context))

    test('has a name and a lane', () => {
      expect(stage.model.name).toMatch(/^\S+$/)
      expect(stage.model.lane).toMatch(/^\S+$/)
    })

    test('writes text, and its deltas are that text', async () => {
      const deltas: Delta[] = []
      const request = { ...user(prompts.long), maxTokens: 32, onDelta: (delta: Delta) => void deltas.push(delta) }
      const { value } = await generate(request)
      expect(value.text.length).toBeGreaterThan(0)
      expect(deltas.length).toBeGreaterThan(1)
      expect(deltas.map((delta) => (delta.type === 'text' ? delta.text : '')).join('')).toBe(value.text)
      expect(value).toMatchObject({ toolCalls: [], model: expect.stringMatching(/./) })
    })

    test('tells what it used once, and the same to both', async () => {
      const { value, usage } = await generate({ ...user(prompts.plain), maxTokens: 32 })
      expect(usage).toEqual(value.usage)
      expectUsage(value)
    })

    test('ends at the limit of tokens, and says so', async () => {
      const { value } = await generate({ ...user(prompts.long), maxTokens: 4 })
      expect(value.stopReason).toBe('max-tokens')
      expect(value.usage.outputTokens).toBeLessThanOrEqual(4)
    })

    test('takes a system prompt and several messages, and counts them', async () => {
      const messages: readonly Message[] = [
        { role: 'user', content: 'My name is Ada.' },
        { role: 'assistant', content: [{ type: 'text', text: 'Good morning, Ada.' }] },
        { role: 'user', content: [{ type: 'text', text: prompts.plain }] },
      ]
      const short = await generate({ ...user(prompts.plain), maxTokens: 8 })
      const { value } = await generate({ system: 'You are polite and brief.', messages, maxTokens: 8 })
      expect(value.usage.inputTokens).toBeGreaterThan(short.value.usage.inputTokens)
    })

    test('answers an empty text, or refuses it as input', async () => {
      const { value } = await stage.done((context) =>
        stage.model.generate({ ...user(''), maxTokens: 8 }, context).then(({ text }) => text, Failure.from),
      )
      if (Failure.is(value)) expect(value).toMatchObject({ code: 'REQUEST_REFUSED', kind: 'input', retryable: false })
      else expect(typeof value).toBe('string')
    })

    test('takes a text of many tokens', async () => {
      const long = await generate({ ...user(`${'so it goes. '.repeat(60)}${prompts.plain}`), maxTokens: 8 })
      expect(long.value.usage.inputTokens).toBeGreaterThan(100)
    })

    testUnless(skips.stop, 'ends before a stop sequence, which is no part of the text', async () => {
      const { value: whole } = await generate({ ...user(prompts.long), maxTokens: 32, seed: 1, temperature: 0 })
      const stop = whole.text.trim().slice(3, 5)
      const request = { ...user(prompts.long), maxTokens: 32, seed: 1, temperature: 0, stop: [stop] }
      const { value } = await generate(request)
      expect(value.stopReason).toBe('stop-sequence')
      expect(value.text).not.toContain(stop)
      expect(whole.text.startsWith(value.text)).toBe(true)
    })

    testUnless(skips.jsonSchema, 'gives JSON of the shape that it is asked for', async () => {
      const { value } = await generate({ ...user(prompts.json), jsonSchema: citySchema, maxTokens: 256 })
      const json: unknown = JSON.parse(value.text)
      expect(json).toEqual({ city: expect.any(String), population: expect.any(Number) })
      if (value.json !== undefined) expect(value.json).toEqual(json)
    })

    testUnless(skips.tools, 'calls a tool, and goes on with its result', async () => {
      const parts: Delta[] = []
      const request = { ...user(prompts.tool), tools: [weatherTool], onDelta: (delta: Delta) => void parts.push(delta) }
      const { value: asked } = await generate(request)
      expect(asked.stopReason).toBe('tool-calls')
      const [call] = asked.toolCalls
      expect(call).toMatchObject({ type: 'tool-call', name: 'weather', input: { city: 'Paris' } })
      const written = parts.map((delta) => (delta.type === 'tool-call' ? delta.inputText : '')).join('')
      expect(JSON.parse(written)).toEqual(call!.input)

      const messages: readonly Message[] = [
        { role: 'user', content: prompts.tool },
        { role: 'assistant', content: [{ type: 'text', text: 'I will look.' }, call!] },
        { role: 'user', content: [{ type: 'tool-result', id: call!.id, content: 'sunny' }] },
      ]
      const { value: answered } = await generate({ messages, tools: [weatherTool] })
      expect(answered).toMatchObject({ stopReason: 'end', toolCalls: [] })
      expect(answered.text.length).toBeGreaterThan(0)
    })

    testUnless(skips.cancellation, 'ends with the reason of its signal, and is there for the next', async () => {
      const request = { ...user(prompts.long), maxTokens: 64 }
      await stage.cancelled((context) => stage.model.generate(request, context), 'before')
      await stage.cancelled((context, begun) => stage.model.generate({ ...request, onDelta: begun }, context), 'begun')
      await generate({ ...user(prompts.plain), maxTokens: 8 })
    })

    testUnless(skips.failures, 'fails with code, kind and whether to try again', async () => {
      const failures = stage.subject.failures ?? []
      expect(failures.length).toBeGreaterThan(0)
      for (const expected of failures) {
        await stage.fails(expected, (model, context) => model.generate(expected.input, context))
      }
    })

    test('estimates without asking anybody', () => {
      const { model } = stage
      const short = model.estimate({ ...user('one'), maxTokens: 64 })
      const long = model.estimate({ ...user('one two three '.repeat(500)), maxTokens: 64 })
      expect(short.inputTokens).toBeGreaterThan(0)
      expect(long.inputTokens).toBeGreaterThan(500)
      expect(long.inputTokens).toBeLessThan(7_000)
      for (const { outputTokens = 0, costUsd = 0 } of [short, long]) {
        expect(outputTokens).toBeGreaterThanOrEqual(0)
        expect(outputTokens).toBeLessThanOrEqual(64)
        expect(Number.isFinite(costUsd)).toBe(true)
      }
    })

    stage.keepsSecrets()
  })
}

function user(content: string): { readonly messages: readonly Message[] } {
  return { messages: [{ role: 'user', content }] }
}

function expectUsage({ usage }: Generation): void {
  expect(usage.inputTokens).toBeGreaterThan(0)
  expect(usage.outputTokens).toBeGreaterThan(0)
  expect(usage.cachedInputTokens).toBeLessThanOrEqual(usage.inputTokens)
  expect(usage.costUsd).toBeGreaterThanOrEqual(0)
  expect(Number.isFinite(usage.costUsd)).toBe(true)
}
