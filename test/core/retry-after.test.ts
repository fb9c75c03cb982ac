import { expect, test } from 'vitest'
import { parseRetryAfter } from '../../src/core/retry-after.ts'

const now = Date.UTC(1994, 10, 6, 8, 49, 0)

test.each([
  ['120', 120_000],
  [' 0 ', 0],
  ['00007', 7_000],
  ['Sun, 06 Nov 1994 08:49:37 GMT', 37_000],
  ['Sunday, 06-Nov-94 08:49:37 GMT', 37_000],
  ['Sun Nov  6 08:49:37 1994', 37_000],
  ['Sat, 05 Nov 1994 08:49:37 GMT', 0],
])('"%s" is a wait of %d ms', (header, expected) => {
  expect(parseRetryAfter(header, now)).toBe(expected)
})

test.each(['86401', '99999999999999999999', 'Sun, 06 Nov 2044 08:49:37 GMT'])('"%s" is cut to a day', (header) => {
  expect(parseRetryAfter(header, now)).toBe(86_400_000)
})

test.each([
  undefined,
  '',
  '-1',
  '1.5',
  '1e3',
  'soon',
  'Sunday',
  'Sun, 99 Nov 1994 08:49:37 GMT',
  '120, 240',
  '1994-11-06',
])('"%s" is ignored', (header) => {
  expect(parseRetryAfter(header, now)).toBeUndefined()
})
