import { LLMock } from '@copilotkit/aimock'
import { anthropic } from '../../models/anthropic.ts'
import type { GenerateRequest } from '../../models/model.ts'
import { type ClaudeCall, deserted, startClaudeServer } from '../fixtures/claude-server.ts'
import { type ExpectedFailure, type GeneratorSubject, generatorConformance, prompts } from './conformance.ts'

const apiKey = 'sk-ant-conformance-0123456789'
const city = '{"city":"Paris","population":2102650}'

generatorConformance({
  name: 'anthropic, against a server that speaks as the API does,',
  make: async (): Promise<GeneratorSubject> => {
    const server = await startClaudeServer(respond)
    const made = { apiKey, baseURL: `${server.baseURL}/behind/a/path` }
    return {
      model: anthropic(made),
      secret: apiKey,
      failures: failures(made, await deserted()),
      idle: () => server.idle(),
      dispose: async () => server[Symbol.asyncDispose](),
    }
  },
})

generatorConformance({
  name: 'anthropic, against aimock,',
  make: async (): Promise<GeneratorSubject> => {
    const mock = new LLMock({ port: 0, chunkSize: 4 })
    mock.on({ predicate: () => true }, (request) => {
      const said = JSON.stringify(request.messages)
      const isTool = request.messages.at(-1)?.content === prompts.tool
      const words = (said.includes(prompts.json) ? [city] : wordsFor(said)).slice(0, request.max_tokens ?? 0)
      const isCut = words.length === request.max_tokens
      const usage = { input_tokens: Math.ceil(said.length / 4), output_tokens: words.length }
      if (isTool) return { toolCalls: [{ name: 'weather', arguments: '{"city":"Paris"}', id: 'toolu_1' }], usage }
      return { content: words.join(''), usage, ...(isCut ? { finishReason: 'length' } : {}) }
    })
    await mock.start()
    return { model: anthropic({ apiKey, baseURL: mock.url }), secret: apiKey, dispose: () => mock.stop() }
  },
  skips: { stop: 'aimock knows no stop sequences', failures: 'the other server has them all' },
})

/** What the suite asks for, as a model would answer it. */
function respond(call: ClaudeCall): void {
  const { body } = call
  const said = JSON.stringify(body)
  const refusal = Object.entries(refusals).find(([word]) => said.includes(word))
  if (refusal !== undefined) return refusal[1](call)
  const last = body.messages.at(-1)!.content[0]!
  const usage = { input_tokens: Math.ceil(said.length / 4), output_tokens: 1 }
  if (last.text === '')
    return call.refuse(400, 'invalid_request_error', 'messages: text content blocks must be non-empty')
  if (last.text === prompts.tool)
    return call.answer({ words: [], tool: { name: 'weather', input: { city: 'Paris' } }, usage })
  const words = body.output_config?.format === undefined ? wordsFor(said) : [city]
  const whole = words.slice(0, body.max_tokens)
  const stopAt = body.stop_sequences?.map((stop) => whole.join('').indexOf(stop)).find((at) => at >= 0)
  const isCut = whole.length < words.length
  call.answer({
    words: stopAt === undefined ? whole : [whole.join('').slice(0, stopAt)],
    usage: { ...usage, output_tokens: whole.length },
    stopReason: stopAt !== undefined ? 'stop_sequence' : isCut ? 'max_tokens' : 'end_turn',
  })
}

function wordsFor(said: string): string[] {
  return said.includes(prompts.long)
    ? Array.from({ length: 1000 }, (_, index) => `${index + 1}, `)
    : ['Good ', 'morning.']
}

/** By a word in the request. */
const refusals: Readonly<Record<string, (call: ClaudeCall) => void>> = {
  'too fast': (call) => call.refuse(429, 'rate_limit_error', 'slow down', { headers: { 'retry-after': '7' } }),
  'too poor': (call) => call.refuse(400, 'invalid_request_error', 'Your credit balance is too low'),
  'too much': (call) => call.refuse(529, 'overloaded_error', 'Overloaded'),
  'no entry': (call) => call.refuse(401, 'authentication_error', `invalid x-api-key ${apiKey}`),
  'no sense': (call) => call.refuse(400, 'invalid_request_error', 'messages: nonsense'),
  'no way': (call) =>
    call.answer({
      words: [],
      stopReason: 'refusal',
      stopDetails: { type: 'refusal', category: 'bio', explanation: null },
    }),
  'cut off': (call) => {
    call.begin()
    call.event('message_start', { message: { model: 'm', usage: { input_tokens: 3, output_tokens: 1 } } })
    call.cut()
  },
  'say nothing': () => {},
}

function failures(
  made: { readonly apiKey: string },
  nowhere: string,
): readonly ExpectedFailure<ReturnType<typeof anthropic>, GenerateRequest>[] {
  const said = (content: string): GenerateRequest => ({ messages: [{ role: 'user', content }] })
  return [
    { name: 'rate', input: said('too fast'), code: 'RATE_LIMITED', kind: 'rate', retryable: true },
    { name: 'money', input: said('too poor'), code: 'SPENDING_CAP', kind: 'spending-cap', retryable: false },
    { name: 'overload', input: said('too much'), code: 'OVERLOADED', kind: 'overload', retryable: true },
    { name: 'key', input: said('no entry'), code: 'AUTH_FAILED', kind: 'auth', retryable: false },
    { name: 'input', input: said('no sense'), code: 'REQUEST_REFUSED', kind: 'input', retryable: false },
    { name: 'content', input: said('no way'), code: 'CONTENT_REFUSED', kind: 'content', retryable: false },
    { name: 'cut', input: said('cut off'), code: 'CONNECTION_LOST', kind: 'connection', retryable: true },
    {
      name: 'late',
      input: { ...said('say nothing'), firstTokenTimeoutMs: 5 },
      code: 'FIRST_TOKEN_TIMEOUT',
      kind: 'timeout',
      retryable: true,
    },
    {
      name: 'nobody there',
      model: anthropic({ ...made, baseURL: nowhere }),
      input: said('hello'),
      code: 'CONNECT_FAILED',
      kind: 'connection',
      retryable: true,
    },
  ]
}
