import { inspect } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AnthropicOptions, anthropic } from '../../../models/anthropic.ts'
import { createRuntime, Failure, type WeftEvent } from '../../../src/index.ts'
import { type ClaudeCall, type ClaudeServer, deserted, startClaudeServer } from '../../fixtures/claude-server.ts'
import { asking, said } from '../../support/generate.ts'

let server: ClaudeServer
let respond: (call: ClaudeCall) => void
beforeAll(async () => {
  server = await startClaudeServer((call) => respond(call))
})
afterAll(() => server[Symbol.asyncDispose]())

/** Everything that a program could print of a thing. */
function pictures(thing: unknown): string {
  const text = thing instanceof Error ? `${thing.stack} ${String(thing)}` : ''
  const json = JSON.stringify(thing instanceof Failure ? thing.toRecord() : thing) ?? ''
  return `${text}${json}${inspect(thing, { depth: Number.POSITIVE_INFINITY, showHidden: true, showProxy: true })}`
}

/** Ways in which the other side may say the key back. */
const echoes: readonly ((call: ClaudeCall, key: string) => void)[] = [
  (call, key) => call.refuse(401, 'authentication_error', `the key ${key} is not known`),
  (call, key) => call.refuse(400, key, `bad ${key}${key}`, { headers: { 'request-id': key }, errorCode: key }),
  (call, key) => call.refuse(429, 'rate_limit_error', key, { headers: { 'request-id': `req-${key}` } }),
  (call, key) => call.refuse(529, key, `Bearer ${key}`),
  (call, key) => {
    call.begin({ 'request-id': key })
    call.event('error', { error: { type: key, message: `Authorization: Bearer ${key}` } })
    call.end()
  },
  (call, key) => call.raw(`${key} is no event`),
  (call, key) => {
    call.begin({ 'request-id': key })
    call.raw(`event: message_start\ndata: {"${key}\n\n`)
  },
  (call, key) => {
    const stopDetails = { type: 'refusal', category: key, explanation: `not with ${key}` }
    call.answer({ words: [], stopReason: 'refusal', stopDetails })
  },
  (call, key) => call.answer({ model: `model-${key}` }),
  (call) => call.cut(),
]

const key = fc.stringMatching(/^sk-[!-~]{12,40}$/)

describe('the key', () => {
  test('is in nothing that can be printed, whatever the other side says', async () => {
    await fc.assert(
      fc.asyncProperty(key, fc.constantFrom(...echoes), fc.boolean(), async (secret, echo, inHeader) => {
        // What is refused for its rate is tried again for as long as it takes: once is enough here.
        let asked = 0
        respond = (call) => (asked++ === 0 ? echo : echoes[0]!)(call, secret)
        const access: AnthropicOptions = inHeader
          ? { apiKey: 'another-key', headers: { 'x-api-key': secret } }
          : { apiKey: secret }
        const model = anthropic({ ...access, baseURL: server.baseURL })
        const seen: unknown[] = [model]
        const onEvent = (event: WeftEvent): void => void seen.push(event)
        await using weft = await createRuntime({ onEvent })
        const { task, reports } = asking(model)
        // Without a limit in time, what is refused for its rate is tried for ten minutes.
        const run = weft.map([said('hello')], task, { retry: { maxAttempts: 1, maxElapsedMs: 1 } })
        seen.push(run, weft, ...(await run), run.stats(), reports, task)
        for (const thing of seen) expect(pictures(thing)).not.toContain(secret)
        const sent = server.calls.at(-1)!.headers
        expect([sent.authorization, sent['x-api-key']]).toContain(inHeader ? secret : `Bearer ${secret}`)
      }),
      { numRuns: 60 },
    )
  })

  test('is in no failure to connect', async () => {
    const secret = 'sk-ant-0123456789'
    const model = anthropic({ apiKey: secret, baseURL: await deserted() })
    await using weft = await createRuntime()
    const [outcome] = await weft.map([said('hello')], asking(model).task, { retry: { maxAttempts: 1 } })
    expect(outcome).toMatchObject({ status: 'failed', failure: { code: 'CONNECT_FAILED' } })
    expect(pictures(outcome)).not.toContain(secret)
  })

  test('is not quoted when it, or what may hold one, is no option', () => {
    const secret = 'sk-ant-with space\n'
    for (const options of [
      { apiKey: secret },
      { apiKey: { secret } },
      { headers: { authorization: secret } },
      { headers: { 'x api key': secret } },
      { headers: secret },
      { baseURL: `https://user:${encodeURIComponent(secret)}@example.org` },
      { baseURL: `https://example.org?key=${encodeURIComponent(secret)}` },
      { baseURL: secret },
    ]) {
      const made = (): unknown => anthropic(options as AnthropicOptions)
      expect(made).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }))
      expect(made).not.toThrow('sk-ant')
    }
  })

  test('is taken from the environment when the first call is made', async () => {
    const before = process.env.ANTHROPIC_API_KEY
    const model = anthropic({ baseURL: server.baseURL })
    process.env.ANTHROPIC_API_KEY = 'sk-from-the-environment'
    try {
      respond = (call) => call.answer()
      await using weft = await createRuntime()
      await weft.call(asking(model).task, said('hello'))
      expect(server.calls.at(-1)!.headers.authorization).toBe('Bearer sk-from-the-environment')
    } finally {
      if (before === undefined) delete process.env.ANTHROPIC_API_KEY
      else process.env.ANTHROPIC_API_KEY = before
    }
  })
})
