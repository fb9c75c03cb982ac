import { describe, expect, test } from 'vitest'
import { turnsOf } from '../../../models/llama/turns.ts'
import type { Message } from '../../../models/model.ts'

const call = (id: string, input: unknown = {}) => ({ type: 'tool-call', id, name: 'look', input }) as const
const result = (id: string, content: string) => ({ type: 'tool-result', id, content }) as const
const text = (written: string) => ({ type: 'text', text: written }) as const

describe('turnsOf', () => {
  test('keeps system, user and assistant in their order', () => {
    const messages: readonly Message[] = [
      { role: 'user', content: 'one' },
      { role: 'assistant', content: 'two' },
      { role: 'user', content: [text('three'), text('four')] },
    ]
    expect(turnsOf({ system: 'be brief', messages })).toEqual([
      { role: 'system', text: 'be brief' },
      { role: 'user', text: 'one' },
      { role: 'assistant', parts: ['two'] },
      { role: 'user', text: 'three\n\nfour' },
    ])
    expect(turnsOf({ system: '', messages: [{ role: 'user', content: '' }] })).toEqual([{ role: 'user', text: '' }])
  })

  test('puts results to their calls, and lets the assistant go on in one turn', () => {
    const messages: readonly Message[] = [
      { role: 'user', content: 'look' },
      { role: 'assistant', content: [text('I look.'), call('a', { at: 1 }), call('b', { at: 2 })] },
      { role: 'user', content: [result('b', 'two'), { ...result('a', 'gone'), isError: true }] },
      { role: 'assistant', content: [call('c')] },
      { role: 'user', content: [result('c', 'three'), text('and now?')] },
    ]
    expect(turnsOf({ messages })).toEqual([
      { role: 'user', text: 'look' },
      {
        role: 'assistant',
        parts: [
          'I look.',
          { name: 'look', input: { at: 1 }, result: 'Error: gone' },
          { name: 'look', input: { at: 2 }, result: 'two' },
          { name: 'look', input: {}, result: 'three' },
        ],
      },
      { role: 'user', text: 'and now?' },
    ])
  })

  test.each<[string, readonly Message[]]>([
    ['no message', []],
    ['an assistant at the end', [{ role: 'assistant', content: 'hello' }]],
    ['a result of no call', [{ role: 'user', content: [result('a', 'x')] }]],
  ])('refuses %s', (_, messages) => {
    expect(() => turnsOf({ messages })).toThrow(expect.objectContaining({ code: 'REQUEST_REFUSED', kind: 'input' }))
  })
})
