import { describe, expect, test } from 'vitest'
import { bodyOf, prefixKey } from '../../../models/anthropic/request.ts'
import type { Settings } from '../../../models/anthropic/settings.ts'
import type { GenerateRequest, ToolSpecification } from '../../../models/model.ts'

const settings: Settings = {
  model: 'claude-haiku-5-5',
  maxTokens: 4096,
  cacheTtl: '5m',
  thinking: undefined,
  effort: undefined,
  firstTokenTimeoutMs: undefined,
  prices: {},
}
const hello: GenerateRequest = { messages: [{ role: 'user', content: 'hello' }] }
const tool: ToolSpecification = { name: 'look', description: 'Looks.', inputSchema: { type: 'object', properties: {} } }
const mark = { type: 'ephemeral', ttl: '5m' }

describe('the body', () => {
  test('of a plain request holds what it says and nothing else', () => {
    expect(bodyOf(hello, settings, undefined)).toEqual({
      model: 'claude-haiku-5-5',
      max_tokens: 4096,
      stream: true,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'hello' }] }],
    })
  })

  test('has all that a request and a model may say', () => {
    const request: GenerateRequest = {
      ...hello,
      system: 'Be brief.',
      maxTokens: 7,
      temperature: 0.5,
      stop: ['END'],
      seed: 5,
      tools: [tool],
    }
    const schema = { type: 'object' }
    expect(bodyOf(request, { ...settings, thinking: 'disabled', effort: 'low' }, schema)).toMatchObject({
      max_tokens: 7,
      temperature: 0.5,
      stop_sequences: ['END'],
      system: [{ type: 'text', text: 'Be brief.' }],
      tools: [{ name: 'look', description: 'Looks.', input_schema: { type: 'object', properties: {} } }],
      thinking: { type: 'disabled' },
      output_config: { effort: 'low', format: { type: 'json_schema', schema } },
    })
  })

  test('says tool calls and their results in the words of the API; empty text beside them is left out', () => {
    const { messages } = bodyOf(
      {
        messages: [
          { role: 'user', content: 'look' },
          {
            role: 'assistant',
            content: [
              { type: 'text', text: '' },
              { type: 'tool-call', id: 't1', name: 'look', input: { at: 1 } },
              { type: 'tool-call', id: 't2', name: 'look', input: '{"cut' },
            ],
          },
          {
            role: 'user',
            content: [
              { type: 'tool-result', id: 't1', content: 'a tree' },
              { type: 'tool-result', id: 't2', content: 'no input', isError: true },
            ],
          },
        ],
      },
      settings,
      undefined,
    )
    expect(messages.slice(1)).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: 't1', name: 'look', input: { at: 1 } },
          { type: 'tool_use', id: 't2', name: 'look', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 't1', content: 'a tree' },
          { type: 'tool_result', tool_use_id: 't2', content: 'no input', is_error: true },
        ],
      },
    ])
  })
})

describe('the cache', () => {
  const shared: GenerateRequest = {
    system: 'The book.',
    tools: [tool, { ...tool, name: 'hear' }],
    messages: [
      { role: 'user', content: 'Read it.' },
      { role: 'assistant', content: 'I have.' },
      { role: 'user', content: 'Who did it?' },
    ],
  }

  test('is asked to keep all but the last message, for as long as the model says', () => {
    const body = bodyOf({ ...shared, cache: true }, { ...settings, cacheTtl: '1h' }, undefined)
    const hour = { type: 'ephemeral', ttl: '1h' }
    expect(body.tools?.map((tool) => 'cache_control' in tool && tool.cache_control)).toEqual([false, hour])
    expect(body.system).toEqual([{ type: 'text', text: 'The book.', cache_control: hour }])
    const marks = body.messages.map(({ content }) => JSON.stringify(content).includes('cache_control'))
    expect(marks).toEqual([false, true, false])
  })

  test('is asked for nothing without being told', () => {
    expect(JSON.stringify(bodyOf(shared, settings, undefined))).not.toContain('cache_control')
  })

  test('has nothing to keep of a single message', () => {
    const body = bodyOf({ ...hello, cache: true }, settings, undefined)
    expect(JSON.stringify(body)).not.toContain('cache_control')
    expect(prefixKey(body)).toBeUndefined()
    const system = bodyOf({ ...hello, system: 'Be brief.', cache: true }, settings, undefined)
    expect(system.system).toEqual([{ type: 'text', text: 'Be brief.', cache_control: mark }])
  })

  test('has one key for those that differ in the last message, another for those that differ before', () => {
    const keyOf = (request: GenerateRequest): string | undefined => prefixKey(bodyOf(request, settings, undefined))
    const last = shared.messages.slice(0, 2)
    expect(keyOf({ ...shared, messages: [...last, { role: 'user', content: 'Why?' }] })).toBe(keyOf(shared))
    expect(keyOf({ ...shared, system: 'Another book.' })).not.toBe(keyOf(shared))
    expect(keyOf({ ...shared, tools: [tool] })).not.toBe(keyOf(shared))
    expect(keyOf({ ...shared, messages: [shared.messages[0]!] })).not.toBe(keyOf(shared))
  })
})
