import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { jsonResult } from '../../../src/batch/steps/json-result.ts'

describe('jsonResult', () => {
  test('gives JSON data as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(jsonResult(value, 's')).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  test('nothing is null, a date is a text, what is undefined is left out', () => {
    expect(jsonResult(undefined, 's')).toBeNull()
    expect(jsonResult({ at: new Date(0), no: undefined }, 's')).toEqual({ at: '1970-01-01T00:00:00.000Z' })
    expect(jsonResult(JSON.parse('{"__proto__":{"a":1}}'), 's')).toEqual(JSON.parse('{"__proto__":{"a":1}}'))
  })

  const circle: { self?: unknown } = {}
  circle.self = circle

  test.each([
    [Number.NaN, 'got NaN'],
    [{ score: Number.POSITIVE_INFINITY }, 'got Infinity as score'],
    [new Map([[1, 2]]), 'got a Map: give an object, an array or a text'],
    [{ a: [new Set()] }, 'got a Set'],
    [new Uint8Array(2), 'got bytes'],
    [10n, 'got a bigint'],
    [{ f: () => 1 }, 'got a function as f'],
    [Symbol('x'), 'got a symbol'],
    [new Error('x'), 'got a Error'],
    [circle, 'got what cannot be written: Converting circular structure to JSON'],
    [{ toJSON: () => undefinedName() }, 'got what cannot be written'],
  ])('refuses what JSON would lose: %s', (value, message) => {
    expect(() => jsonResult(value, 'score')).toThrow(`score: expected JSON data from the function, ${message}`)
  })
})

function undefinedName(): never {
  throw new Error('not now')
}
