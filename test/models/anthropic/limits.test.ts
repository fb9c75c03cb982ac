import { expect, test } from 'vitest'
import { limitsOf } from '../../../models/anthropic/limits.ts'

const now = Date.parse('2026-11-21T10:00:00Z')

function stated(
  windows: Readonly<Record<string, readonly [string, string, string]>>,
  more: Record<string, string> = {},
) {
  const headers = new Headers(more)
  for (const [name, [limit, remaining, reset]] of Object.entries(windows)) {
    headers.set(`anthropic-ratelimit-${name}-limit`, limit)
    headers.set(`anthropic-ratelimit-${name}-remaining`, remaining)
    headers.set(`anthropic-ratelimit-${name}-reset`, reset)
  }
  return limitsOf(headers, now)
}

test('all windows that an answer states', () => {
  expect(
    stated({
      requests: ['50', '49', '2026-11-21T10:00:01.2Z'],
      'input-tokens': ['40000', '39000', '2026-11-21T11:00:01+01:00'],
      'output-tokens': ['8000', '0', '2026-11-21T10:01:00Z'],
      tokens: ['48000', '39000', '2026-11-21T10:00:02Z'],
    }),
  ).toEqual({
    requests: { limit: 50, remaining: 49, resetMs: 1_200 },
    inputTokens: { limit: 40_000, remaining: 39_000, resetMs: 1_000 },
    outputTokens: { limit: 8_000, remaining: 0, resetMs: 60_000 },
  })
})

test('tokens stand for input tokens where those are not stated', () => {
  expect(stated({ tokens: ['48000', '39000', '2026-11-21T10:00:02Z'] })).toEqual({
    inputTokens: { limit: 48_000, remaining: 39_000, resetMs: 2_000 },
  })
})

test('a reset is read by the clock of the server, and is never in the past', () => {
  const date = { date: 'Sat, 21 Nov 2026 10:00:30 GMT' }
  expect(stated({ requests: ['5', '1', '2026-11-21T10:00:40Z'] }, date)?.requests?.resetMs).toBe(10_000)
  expect(stated({ requests: ['5', '1', '2026-11-21T10:00:20Z'] }, date)?.requests?.resetMs).toBe(0)
})

test.each([
  ['0', '0', '2026-11-21T10:00:01Z'],
  ['-5', '1', '2026-11-21T10:00:01Z'],
  ['many', '1', '2026-11-21T10:00:01Z'],
  ['5', '', '2026-11-21T10:00:01Z'],
  ['5', '1', 'soon'],
  ['1e99', '1', '2026-11-21T10:00:01Z'],
])('a window of %s, %s, %s is none', (limit, remaining, reset) => {
  expect(stated({ requests: [limit, remaining, reset] })).toBeUndefined()
})

test('no headers, no limits', () => {
  expect(limitsOf(new Headers(), now)).toBeUndefined()
})
