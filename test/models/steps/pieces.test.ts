import fc from 'fast-check'
import { expect, test } from 'vitest'
import { piecesOf } from '../../../models/steps/pieces.ts'

test('pieces are the text, none longer than was asked for, and no character is cut', () => {
  const text = fc.string({ unit: 'grapheme-composite', maxLength: 200 })
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 50 }), (text, maxLength) => {
      const pieces = piecesOf(text, maxLength)
      expect(pieces.join('')).toBe(text)
      expect(pieces.every(({ length }) => length <= maxLength)).toBe(true)
      expect(pieces.some((piece) => /^[\udc00-\udfff]/.test(piece))).toBe(false)
    }),
  )
})

test('cuts where the text has a break, the greatest first', () => {
  expect(piecesOf('one two three.\n\nfour five', 20)).toEqual(['one two three.\n\n', 'four five'])
  expect(piecesOf('one two three. four five six', 20)).toEqual(['one two three. ', 'four five six'])
  expect(piecesOf('oneword twoword threeword', 18)).toEqual(['oneword twoword ', 'threeword'])
})
