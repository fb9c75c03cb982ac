import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { jsonIn } from '../../../models/structured/json-in.ts'

const all = (text: string): unknown[] => [...jsonIn(text)]

describe('JSON in an answer', () => {
  test('is all of it, where that is JSON', () => {
    expect(all(' {"a": 1}\n')).toEqual([{ a: 1 }])
    expect(all('"just a text"')).toEqual(['just a text'])
    expect(all('7')).toEqual([7])
  })

  test('is what stands in a fence', () => {
    expect(all('Here you are:\n```json\n{"a": "```"}\n```\nAnything else?')[0]).toEqual({ a: '```' })
    expect(all('~~\n```\n[1, 2]\n```')[0]).toEqual([1, 2])
  })

  test('is what stands in the text', () => {
    expect(all('I think {"a": {"b": "}"}} is it, or [1].')).toEqual([{ a: { b: '}' } }, [1]])
    expect(all('see [1] and {"quoted \\" brace {": []}')).toEqual([[1], { 'quoted " brace {': [] }])
  })

  test('is never a part of what is not whole', () => {
    expect(all('{"items": [{"a": 1}, {"a": 2}')).toEqual([])
    expect(all('{\'items\': [{"a": 1}]}')).toEqual([])
    expect(all('no JSON at all')).toEqual([])
  })

  test('is found in whatever prose stands around it', () => {
    const prose = fc.string().map((text) => text.replace(/[[\]{}"`]/g, ''))
    const value = fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()))
    fc.assert(
      fc.property(prose, value, prose, (before, value, after) => {
        const written = JSON.stringify(value)
        expect(all(`${before}${written}${after}`)).toContainEqual(JSON.parse(written))
      }),
    )
  })

  test('takes linear time in brackets', () => {
    expect(all('[{'.repeat(200_000))).toEqual([])
    expect(all('[}'.repeat(200_000)).length).toBe(0)
  })
})
