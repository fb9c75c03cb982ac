import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { anthropic } from '../../../models/anthropic.ts'
import type { Generator } from '../../../models/model.ts'
import { createRuntime, type Failure, type Runtime } from '../../../src/index.ts'
import { type ClaudeCall, type ClaudeServer, deserted, startClaudeServer } from '../../fixtures/claude-server.ts'
import { asking, failing, said } from '../../support/generate.ts'

let respond: (call: ClaudeCall) => void
let server: ClaudeServer
let weft: Runtime
let model: Generator

beforeAll(async () => {
  server = await startClaudeServer((call) => respond(call))
  model = anthropic({ apiKey: 'sk-test-123456', baseURL: server.baseURL })
})
beforeEach(async () => {
  weft = await createRuntime()
})
afterEach(async () => {
  await weft.close()
  await server.idle()
})
afterAll(() => server[Symbol.asyncDispose]())

async function failure(answer: (call: ClaudeCall) => void): Promise<Failure> {
  respond = answer
  return weft.call(failing(model), said('hello'))
}

describe('a status says what a failure is about', () => {
  test.each([
    [400, 'invalid_request_error', 'messages: at least one', 'REQUEST_REFUSED', 'input'],
    [400, 'invalid_request_error', 'Your credit balance is too low to access the API', 'SPENDING_CAP', 'spending-cap'],
    [400, 'invalid_request_error', 'You have reached your specified API usage limits.', 'SPENDING_CAP', 'spending-cap'],
    [400, 'invalid_request_error', 'reached your specified workspace API usage limits', 'SPENDING_CAP', 'spending-cap'],
    [401, 'authentication_error', 'invalid key', 'AUTH_FAILED', 'auth'],
    [402, 'billing_error', 'pay first', 'SPENDING_CAP', 'spending-cap'],
    [403, 'permission_error', 'not for you', 'AUTH_FAILED', 'auth'],
    [404, 'not_found_error', 'model: claude-nobody', 'REQUEST_REFUSED', 'input'],
    [413, 'request_too_large', 'too large', 'REQUEST_REFUSED', 'input'],
    [422, 'invalid_request_error', 'cannot be', 'REQUEST_REFUSED', 'input'],
    [307, 'moved', 'elsewhere', 'REQUEST_REFUSED', 'input'],
    [408, 'timeout_error', 'too slow', 'OVERLOADED', 'overload'],
    [429, 'rate_limit_error', 'This request would exceed your rate limit of 50 requests', 'RATE_LIMITED', 'rate'],
    [429, 'rate_limit_error', 'would exceed your account’s monthly spend limit', 'SPENDING_CAP', 'spending-cap'],
    [500, 'api_error', 'oh no', 'OVERLOADED', 'overload'],
    [500, 'api_error', 'billing is down', 'OVERLOADED', 'overload'],
    [502, 'api_error', 'bad gateway', 'OVERLOADED', 'overload'],
    [503, 'api_error', 'later', 'OVERLOADED', 'overload'],
    [504, 'timeout_error', 'too late', 'OVERLOADED', 'overload'],
    [529, 'overloaded_error', 'Overloaded', 'OVERLOADED', 'overload'],
  ])('%d %s (%s) is %s', async (status, type, message, code, kind) => {
    const caught = await failure((call) => call.refuse(status, type, message))
    expect(caught).toMatchObject({ code, kind, retryable: kind === 'rate' || kind === 'overload' })
    expect(caught.message).toContain(message)
    expect(caught.details).toMatchObject({ status, type, requestId: expect.stringMatching(/^req_\d+$/) })
  })

  test.each([
    ['enforced_spend_limit_reached', 'SPENDING_CAP'],
    ['contract_spend_limit_reached', 'SPENDING_CAP'],
    ['ramp_limit_exceeded', 'RATE_LIMITED'],
  ])('a 429 with the code %s is %s', async (errorCode, code) => {
    const caught = await failure((call) => call.refuse(429, 'rate_limit_error', 'no', { errorCode }))
    expect(caught).toMatchObject({ code, details: { errorCode } })
  })

  test('an answer that is no stream of events has no end', async () => {
    const caught = await failure((call) => call.refuse(200, 'api_error', 'in JSON'))
    expect(caught).toMatchObject({ code: 'CONNECTION_LOST', kind: 'connection', retryable: true })
  })
})

describe('how long to wait', () => {
  test.each([
    [{ 'retry-after': '7' }, 7_000],
    [{ 'retry-after-ms': '1500', 'retry-after': '7' }, 1_500],
    [{ 'retry-after': 'Sun, 06 Nov 1994 08:49:37 GMT' }, 0],
    [{ 'retry-after-ms': '999999999999' }, 86_400_000],
    [{ 'retry-after-ms': '-5', 'retry-after': '-5' }, undefined],
    [{ 'retry-after': 'soon' }, undefined],
    [{}, undefined],
  ])('%j is %d ms', async (headers, expected) => {
    const caught = await failure((call) => call.refuse(429, 'rate_limit_error', 'slow down', { headers }))
    expect(caught.retryAfterMs).toBe(expected)
  })

  test('an overloaded server may say it too', async () => {
    const headers = { 'retry-after': '2' }
    expect((await failure((call) => call.refuse(529, 'overloaded_error', 'no', { headers }))).retryAfterMs).toBe(2_000)
  })
})

describe('in the middle of an answer', () => {
  const begun = (call: ClaudeCall): void => {
    call.begin()
    call.event('message_start', { message: { model: 'm', usage: { input_tokens: 30, output_tokens: 2 } } })
    call.event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } })
    call.event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'Good' } })
  }

  test.each([
    ['overloaded_error', 'OVERLOADED', 'overload', true],
    ['api_error', 'OVERLOADED', 'overload', true],
    ['something_new', 'OVERLOADED', 'overload', true],
    ['rate_limit_error', 'RATE_LIMITED', 'rate', true],
    ['invalid_request_error', 'REQUEST_REFUSED', 'input', false],
  ])('%s is %s', async (type, code, kind, retryable) => {
    const caught = await failure((call) => {
      begun(call)
      call.event('error', { error: { type, message: 'it broke' } })
      call.end()
    })
    expect(caught).toMatchObject({ code, kind, retryable, message: expect.stringContaining('in the middle') })
  })

  test.each([
    ['breaks', (call: ClaudeCall) => call.cut()],
    ['ends too early', (call: ClaudeCall) => call.end()],
    ['sends what is no JSON', (call: ClaudeCall) => call.raw('event: message_delta\ndata: {"a\n\n')],
  ])('the connection %s: CONNECTION_LOST', async (_, end) => {
    const caught = await failure((call) => {
      begun(call)
      end(call)
    })
    expect(caught).toMatchObject({ code: 'CONNECTION_LOST', kind: 'connection', retryable: true })
  })

  test('what had been used until then is counted', async () => {
    let cut = (): void => {}
    respond = (call) => {
      begun(call)
      cut = call.cut
    }
    const { task } = asking(model)
    const request = { ...said('hello'), onDelta: () => cut() }
    const [outcome] = await weft.map([request], task, { retry: { maxAttempts: 1 } })
    expect(outcome).toMatchObject({ status: 'failed', usage: { inputTokens: 30, outputTokens: 2 } })
  })

  test('what the listener throws is its own failure, and the request ends', async () => {
    respond = (call) => begun(call)
    const { task } = asking(model)
    const onDelta = (): never => {
      throw new Error('the listener broke')
    }
    const [outcome] = await weft.map([{ ...said('hello'), onDelta }], task)
    expect(outcome).toMatchObject({ status: 'failed', failure: { code: 'TASK_FAILED', message: 'the listener broke' } })
    await server.idle()
  })
})

describe('no connection', () => {
  test.each([
    ['a port that is not for HTTP', () => 'http://127.0.0.1:1', false],
    ['a server that does not speak TLS', () => server.baseURL.replace('http:', 'https:'), false],
    ['a server that is not there', deserted, true],
  ])('to %s is CONNECT_FAILED', async (_, address, retryable) => {
    const model = anthropic({ apiKey: 'sk-test-123456', baseURL: await address() })
    const caught = await weft.call(failing(model), said('hello'))
    expect(caught).toMatchObject({ code: 'CONNECT_FAILED', kind: 'connection', retryable })
    expect(caught.message).toContain('127.0.0.1')
  })

  test('that breaks before an answer came is CONNECTION_LOST', async () => {
    const caught = await failure((call) => call.cut())
    expect(caught).toMatchObject({ code: 'CONNECTION_LOST', kind: 'connection', retryable: true })
  })
})

test('a refusal of the model names its category, and is paid for', async () => {
  respond = (call) =>
    call.answer({
      words: [],
      usage: { input_tokens: 5, output_tokens: 1 },
      stopReason: 'refusal',
      stopDetails: { type: 'refusal', category: 'cyber', explanation: 'it may harm' },
    })
  const { task } = asking(model)
  const [outcome] = await weft.map([said('hello')], task)
  expect(outcome).toMatchObject({
    status: 'failed',
    failure: { code: 'CONTENT_REFUSED', kind: 'content', retryable: false, details: { category: 'cyber' } },
    usage: { inputTokens: 5, outputTokens: 1 },
  })
})

test('a first token that is late is tried again, and the late answer is given up', async () => {
  const fates: ((call: ClaudeCall) => void)[] = [
    (call) => {
      call.begin()
      // The answer has begun; no token of it has come.
      call.event('message_start', { message: { model: 'm', usage: { input_tokens: 5, output_tokens: 1 } } })
    },
  ]
  respond = (call) => (fates.shift() ?? ((call) => call.answer()))(call)
  const { task } = asking(model)
  const request = { ...said('hello'), firstTokenTimeoutMs: 200 }
  const [outcome] = await weft.map([request], task, { retry: { maxAttempts: 20, baseDelayMs: 1 } })
  expect(outcome!.status).toBe('done')
  // On a busy machine the answer may be late more than once.
  expect(outcome!.retried[0]).toMatchObject({ code: 'FIRST_TOKEN_TIMEOUT', kind: 'timeout', details: { limitMs: 200 } })
})

test('what fails for a while is done in the end, each attempt from the start', async () => {
  const fates: ((call: ClaudeCall) => void)[] = [
    (call) => call.refuse(529, 'overloaded_error', 'Overloaded'),
    (call) => call.refuse(500, 'api_error', 'oh no'),
    (call) => {
      call.begin()
      call.event('content_block_start', { index: 0, content_block: { type: 'text', text: 'half' } })
      call.cut()
    },
  ]
  respond = (call) => (fates.shift() ?? ((call) => call.answer()))(call)
  const { task } = asking(model)
  const [outcome] = await weft.map([said('hello')], task, { retry: { maxAttempts: 4, baseDelayMs: 1 } })
  expect(outcome).toMatchObject({ status: 'done', attempts: 4, value: { text: 'Good morning.' } })
})

test('without a key the call says what to do, and nothing is sent', async () => {
  const before = server.calls.length
  const key = process.env.ANTHROPIC_API_KEY
  delete process.env.ANTHROPIC_API_KEY
  try {
    const caught = await weft.call(failing(anthropic({ baseURL: server.baseURL })), said('hello'))
    expect(caught).toMatchObject({ code: 'AUTH_FAILED', kind: 'auth', retryable: false })
    expect(caught.message).toContain('ANTHROPIC_API_KEY')
    expect(server.calls.length).toBe(before)
  } finally {
    if (key !== undefined) process.env.ANTHROPIC_API_KEY = key
  }
})
