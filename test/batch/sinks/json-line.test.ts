import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { jsonLine } from '../../../src/batch/sinks/json-line.ts'

/** Any text at all, half surrogate pairs and every kind of line break included. */
const anyText = fc.string({
  unit: fc.oneof(
    fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
    fc.constantFrom('\n', '\r', '\u0085', '\u2028', '\u2029', '\ud800', '\udfff', '\\', 'ud800', '"', '\0'),
  ),
})

describe('jsonLine', () => {
  test('any record is exactly one line of well-formed JSON that means the same', () => {
    const anyRecord = fc.dictionary(anyText, fc.oneof(anyText, fc.array(anyText), fc.dictionary(anyText, anyText)))
    fc.assert(
      fc.property(anyRecord, (record) => {
        const line = jsonLine(record)
        expect(line.endsWith('\n')).toBe(true)
        const text = line.slice(0, -1)
        expect(text).not.toMatch(/[\n\v\f\r\u0085\u2028\u2029]/)
        expect(Buffer.from(text).toString()).toBe(text)
        expect(JSON.parse(text)).toEqual(wellFormed(record))
      }),
      { numRuns: 1_000 },
    )
  })

  it('makes lone surrogates well-formed, and leaves text that only looks like one', () => {
    expect(jsonLine({ a: 'x\ud83d', b: '\ud83d\ude00' })).toBe('{"a":"x\ufffd","b":"\ud83d\ude00"}\n')
    expect(JSON.parse(jsonLine({ a: '\\ud83d' }))).toEqual({ a: '\\ud83d' })
  })

  it('escapes what some readers take for the end of a line', () => {
    expect(jsonLine({ a: '\u2028' })).toBe('{"a":"\\u2028"}\n')
  })
})

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed()
  if (Array.isArray(value)) return value.map(wellFormed)
  const entries = Object.entries(value as object).map(
    ([key, inner]) => [key.toWellFormed(), wellFormed(inner)] as const,
  )
  return JSON.parse(JSON.stringify(Object.fromEntries(entries)))
}
