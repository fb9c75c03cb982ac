import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type AnthropicOptions, anthropic } from '../../../models/anthropic.ts'
import type { Delta, Generator } from '../../../models/model.ts'
import { createRuntime, Failure, generate, type Runtime } from '../../../src/index.ts'
import { type ClaudeCall, type ClaudeServer, startClaudeServer } from '../../fixtures/claude-server.ts'
import { asking, said } from '../../support/generate.ts'

let respond: (call: ClaudeCall) => void
let server: ClaudeServer
let weft: Runtime

beforeAll(async () => {
  server = await startClaudeServer((call) => respond(call))
})
beforeEach(async () => {
  weft = await createRuntime({ lanes: { other: { concurrency: 1 } } })
})
afterEach(() => weft.close())
afterAll(() => server[Symbol.asyncDispose]())

function claude(options: AnthropicOptions = {}): Generator {
  return anthropic({ apiKey: 'sk-test-123456', baseURL: server.baseURL, ...options })
}

describe('what is sent', () => {
  test('goes under the path of the base URL, as a stream, with the headers that the user adds', async () => {
    respond = (call) => call.answer()
    const baseURL = `${server.baseURL}/proxy/eu/`
    const model = claude({ baseURL, headers: { 'anthropic-beta': 'a-2026' }, model: 'my-model', prices: free })
    expect(model.name).toBe('anthropic/my-model')
    await weft.call(asking(model).task, said('hello'))
    const { path, headers, body } = server.calls.at(-1)!
    expect(path).toBe('/proxy/eu/v1/messages')
    expect(headers).toMatchObject({ authorization: 'Bearer sk-test-123456', 'anthropic-beta': 'a-2026' })
    expect(headers['x-stainless-retry-count']).toBe('0')
    expect(body).toMatchObject({ model: 'my-model', stream: true, max_tokens: 4096 })
  })

  test('is sent once: retrying is not the provider’s', async () => {
    const before = server.calls.length
    respond = (call) => call.refuse(529, 'overloaded_error', 'no', { headers: { 'x-should-retry': 'true' } })
    await weft.map([said('hello')], asking(claude()).task, { retry: { maxAttempts: 1 } })
    expect(server.calls.length).toBe(before + 1)
  })

  test('runs on the lane that the model names', async () => {
    respond = (call) => call.answer()
    const run = weft.map([said('hello')], asking(claude({ lane: 'other' })).task)
    await run
    expect(Object.keys(run.stats().lanes)).toEqual(['other'])
  })

  test('has a schema without what the API does not take', async () => {
    respond = (call) => call.answer({ words: ['{"age": 4}'] })
    const jsonSchema = {
      type: 'object',
      properties: { age: { type: 'integer', minimum: 3 } },
      required: ['age'],
    }
    const { json } = await weft.call(asking(claude()).task, { ...said('hello'), jsonSchema })
    expect(json).toEqual({ age: 4 })
    expect(server.calls.at(-1)!.body.output_config).toMatchObject({
      format: {
        type: 'json_schema',
        schema: { additionalProperties: false, properties: { age: { type: 'integer', description: '{minimum: 3}' } } },
      },
    })
  })

  test('has a schema in words where the API cannot hold an answer to it', async () => {
    respond = (call) => call.answer({ words: ['{"a": 1}'] })
    const jsonSchema = { type: 'object', additionalProperties: { type: 'integer' } }
    const { json, text } = await weft.call(asking(claude()).task, { ...said('hello'), system: 'Be brief.', jsonSchema })
    expect([json, text]).toEqual([undefined, '{"a": 1}'])
    const { output_config, system } = server.calls.at(-1)!.body
    expect(output_config).toBeUndefined()
    expect(system![0]!.text).toMatch(/^Be brief\.\n\nAnswer with JSON only.*"additionalProperties"/s)
  })
})

test('a schema that the API cannot hold is told once, by the step that has it', async () => {
  respond = (call) => call.answer({ words: ['{"a": 1}'] })
  const schema = z.record(z.string(), z.number())
  const { json } = await weft.call(generate(claude(), { schema }), 'hello')
  expect(json).toEqual({ a: 1 })
  expect(server.calls.at(-1)!.body.system![0]!.text!.split('additionalProperties')).toHaveLength(2)
})

describe('what comes back', () => {
  test('tells the lane its limits and how long the first token took, be it an answer or not', async () => {
    const reset = new Date(Date.now() + 60_000).toISOString()
    const headers = {
      'anthropic-ratelimit-requests-limit': '50',
      'anthropic-ratelimit-requests-remaining': '49',
      'anthropic-ratelimit-requests-reset': reset,
    }
    const limits = { requests: { limit: 50, remaining: 49, resetMs: expect.any(Number) } }
    respond = (call) => call.answer({ headers })
    const done = asking(claude())
    await weft.call(done.task, said('hello'))
    expect(done.reports).toEqual([{ limits }, { firstTokenMs: expect.any(Number) }])

    respond = (call) => call.refuse(529, 'overloaded_error', 'no', { headers })
    const refused = asking(claude())
    await weft.map([said('hello')], refused.task, { retry: { maxAttempts: 1 } })
    expect(refused.reports).toEqual([{ limits }])
  })

  test('counts tokens in and beside the cache, and what they cost', async () => {
    const usage = {
      input_tokens: 100,
      cache_read_input_tokens: 1_000,
      cache_creation_input_tokens: 200,
      output_tokens: 50,
    }
    respond = (call) => call.answer({ usage })
    const run = weft.map([said('one'), said('two')], asking(claude({ model: 'claude-haiku-4-5' })).task)
    const [one] = await run
    const costUsd = (100 + 50 * 5 + 1_000 * 0.1 + 200 * 1.25) / 1e6
    const expected = {
      inputTokens: 1_300,
      outputTokens: 50,
      cachedInputTokens: 1_000,
      costUsd: expect.closeTo(costUsd),
    }
    expect(one).toMatchObject({ status: 'done', usage: expected, value: { usage: expected } })
    expect(run.stats().usage.costUsd).toBeCloseTo(2 * costUsd, 12)
  })

  test('is never more than a budget in dollars, whatever runs at the same time', async () => {
    respond = (call) => call.answer({ usage: { input_tokens: 1_000, output_tokens: 100 } })
    const model = claude({ model: 'mine', maxTokens: 400, prices: { mine: { input: 10, output: 50 } } })
    const prompts = Array.from({ length: 20 }, () => 'word '.repeat(660))
    const each = (1_000 * 10 + 100 * 50) / 1e6
    const run = weft.map(prompts, generate(model), { budget: { costUsd: 6.5 * each } })
    const outcomes = await run
    expect(outcomes.filter(({ status }) => status === 'done')).toHaveLength(6)
    expect(outcomes.at(-1)).toMatchObject({ status: 'skipped', cause: { code: 'BUDGET_SPENT' } })
    expect(run.stats().usage.costUsd).toBeCloseTo(6 * each, 12)
  })

  test('costs what the user says; without any price nothing, which is said once', async () => {
    respond = (call) => call.answer({ usage: { input_tokens: 1_000_000, output_tokens: 1 } })
    const own = claude({ model: 'mine', prices: { mine: { input: 3, output: 0 } } })
    expect((await weft.call(asking(own).task, said('hello'))).usage.costUsd).toBe(3)

    const warnings: Error[] = []
    const warned = (warning: Error): void => void warnings.push(warning)
    process.on('warning', warned)
    try {
      const { task } = asking(claude({ model: 'mine' }))
      for (const text of ['one', 'two']) {
        expect((await weft.call(task, said(text))).usage.costUsd).toBe(0)
      }
    } finally {
      process.off('warning', warned)
    }
    const mine = warnings.filter((warning) => 'code' in warning && warning.code === 'WEFT_NO_PRICE')
    expect(mine.map(({ message }) => message)).toEqual([expect.stringContaining('anthropic/mine has no price')])
  })

  test('may hold thinking, which is no text, and calls that were cut', async () => {
    respond = (call) => {
      call.begin()
      call.event('message_start', { message: { model: 'm', usage: { input_tokens: 5, output_tokens: 1 } } })
      call.event('content_block_start', { index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } })
      call.event('content_block_delta', { index: 0, delta: { type: 'thinking_delta', thinking: 'hm' } })
      call.event('ping', {})
      call.event('content_block_start', {
        index: 1,
        content_block: { type: 'tool_use', id: 't', name: 'look', input: {} },
      })
      call.event('content_block_delta', { index: 1, delta: { type: 'input_json_delta', partial_json: '{"a": "b' } })
      call.event('something_new', { index: 1 })
      call.event('message_delta', { delta: { stop_reason: 'max_tokens' }, usage: { output_tokens: 9 } })
      call.event('message_stop', {})
      call.end()
    }
    expect(await weft.call(asking(claude()).task, said('hello'))).toMatchObject({
      text: '',
      toolCalls: [{ type: 'tool-call', id: 't', name: 'look', input: '{"a": "b' }],
      stopReason: 'max-tokens',
      usage: { inputTokens: 5, outputTokens: 9 },
    })
  })
})

describe('what a server that only resembles the API sends', () => {
  test('may leave out what an event should have: nothing is made up for it', async () => {
    respond = (call) => {
      call.begin()
      call.event('message_start', {})
      call.event('content_block_start', { index: 0, content_block: { type: 'text' } })
      call.event('content_block_delta', { index: 0, delta: { type: 'text_delta' } })
      call.event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'Hm.' } })
      call.event('content_block_delta', { index: 0 })
      call.event('content_block_start', { index: 1 })
      call.event('content_block_start', { index: 2, content_block: { type: 'tool_use', name: 'look' } })
      call.event('content_block_delta', { index: 2, delta: { type: 'input_json_delta' } })
      call.event('message_delta', {})
      call.event('message_stop', {})
      call.end()
    }
    const deltas: Delta[] = []
    const request = { ...said('hello'), onDelta: (delta: Delta) => void deltas.push(delta) }
    expect(await weft.call(asking(claude()).task, request)).toMatchObject({
      text: 'Hm.',
      toolCalls: [{ type: 'tool-call', id: '', name: 'look', input: {} }],
      stopReason: 'end',
      model: '',
    })
    expect(deltas).toEqual([{ type: 'text', text: 'Hm.' }])
  })

  test('may count without sense: what is no count is none', async () => {
    respond = (call) =>
      call.answer({
        usage: { input_tokens: 1e308, output_tokens: -5, cache_read_input_tokens: 0.5 },
        model: 7 as never,
      })
    const [outcome] = await weft.map([said('hello')], asking(claude({ model: 'claude-haiku-4-5' })).task)
    const none = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, costUsd: 0 }
    expect(outcome).toMatchObject({ status: 'done', usage: none, value: { usage: none, model: '' } })
  })

  test('comes in pieces of any size, with CRLF and comments', async () => {
    const lines = (type: string, content: object): string =>
      `: comment\r\nevent: ${type}\r\ndata: ${JSON.stringify({ type, ...content })}\r\n\r\n`
    const text = 'Grüße, 世界 😀'
    const stream =
      lines('message_start', { message: { model: 'm', usage: { input_tokens: 5, output_tokens: 1 } } }) +
      lines('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }) +
      lines('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }) +
      lines('message_stop', {})
    respond = async (call) => {
      call.begin()
      for (const byte of Buffer.from(stream)) await call.bytes(Buffer.from([byte]))
      call.end()
    }
    expect(await weft.call(asking(claude()).task, said('hello'))).toMatchObject({ text, model: 'm' })
  })

  test.each([
    ['broken JSON', 'event: message_start\ndata: {"type": "mess\n\n'],
    ['an event that is null', 'event: message_start\ndata: null\n\n'],
    ['an end without the last event', 'event: message_start\ndata: {"type": "message_start"}\n\n'],
    ['nothing', ''],
    ['a page', '<html>Sign in to the hotel’s network'],
  ])('may be %s: the attempt fails, and another may help', async (_, bytes) => {
    respond = (call) => {
      call.begin()
      call.raw(bytes)
    }
    const [outcome] = await weft.map([said('hello')], asking(claude()).task, { retry: { maxAttempts: 1 } })
    expect(outcome).toMatchObject({ failure: { code: 'CONNECTION_LOST', retryable: true, kind: 'connection' } })
  })
})

describe('options', () => {
  test.each([
    [{ modell: 'x' }, 'unknown option modell, did you mean model?'],
    [{ model: 'two words' }, 'model'],
    [{ maxTokens: 0 }, 'maxTokens'],
    [{ cacheTtl: '2h' }, 'cacheTtl'],
    [{ effort: 'extreme' }, 'effort'],
    [{ baseURL: 'ftp://example.org' }, 'baseURL'],
    [{ prices: { x: { input: -1, output: 1 } } }, 'prices.x.input'],
    [{ prices: { x: { input: Number.NaN, output: 1 } } }, 'prices.x.input'],
  ])('%j are refused at the door', (options, message) => {
    const made = (): unknown => anthropic(options as AnthropicOptions)
    expect(made).toThrow(Failure)
    expect(made).toThrow(message)
  })
})

const free = { 'my-model': { input: 0, output: 0 } }
