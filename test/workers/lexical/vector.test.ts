import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dotProduct } from '../../../workers/lexical/matrix.ts'
import { embedTexts, lexicalVector, usualShape } from '../../../workers/lexical/vector.ts'

const cosine = (one: string, other: string): number => dotProduct(lexicalVector(one), lexicalVector(other))

describe('a lexical vector', () => {
  test('has length 1, or none at all, whatever the text is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const length = Math.hypot(...lexicalVector(text))
        expect(length === 0 || Math.abs(length - 1) < 1e-5).toBe(true)
      }),
    )
  })

  test('is the same for the same text, whatever stands beside it', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (texts) => {
        const together = embedTexts({ texts, dimensions: usualShape.dimensions })
        expect(together).toEqual(texts.map((text) => lexicalVector(text)))
      }),
      { numRuns: 30 },
    )
  })

  test('does not know the order of words, nor their case', () => {
    expect(lexicalVector('the Tide Mill')).toEqual(lexicalVector('mill the tide'))
  })

  test('is closer to the same words inflected or misspelt than to others', () => {
    for (const [word, near, far] of [
      ['bakery', 'bakeries', 'harbour'],
      ['observatory', 'obsrevatory', 'typewriter'],
      ['Kleingärten', 'Kleingarten', 'Wattwanderung'],
      ['龙井茶', '龙井茶叶', '石拱桥'],
      ['маяка', 'маяку', 'почта'],
    ] as const) {
      expect(cosine(word, near), word).toBeGreaterThan(0.3)
      expect(cosine(word, near), word).toBeGreaterThan(cosine(word, far) + 0.2)
    }
  })

  test('of strangers is close to none', () => {
    expect(Math.abs(cosine('quarterly revenue of the steel company', 'cats sleep on warm mats'))).toBeLessThan(0.15)
  })

  test('is the same on every machine: this one', () => {
    const vector = lexicalVector('tide mill', { dimensions: 64, grams: [3, 4] })
    const places = [...vector.entries()].filter(([, value]) => value !== 0).map(([at, value]) => [at, Math.sign(value)])
    expect(places).toMatchInlineSnapshot(`
      [
        [
          1,
          -1,
        ],
        [
          10,
          -1,
        ],
        [
          13,
          -1,
        ],
        [
          20,
          1,
        ],
        [
          21,
          1,
        ],
        [
          24,
          -1,
        ],
        [
          29,
          1,
        ],
        [
          31,
          1,
        ],
        [
          34,
          -1,
        ],
        [
          46,
          -1,
        ],
        [
          47,
          -1,
        ],
        [
          48,
          -1,
        ],
        [
          54,
          -1,
        ],
      ]
    `)
  })

  test('of data that looks like one endless word takes no endless time', () => {
    expect(lexicalVector('a'.repeat(1_000_000))).toEqual(lexicalVector('a'.repeat(64)))
  })
})
