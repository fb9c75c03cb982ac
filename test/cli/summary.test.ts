import { expect, it } from 'vitest'
import { FailureList } from '../../src/cli/failure-list.ts'
import { seconds, summaryLines } from '../../src/cli/summary.ts'
import { Failure } from '../../src/core/failure.ts'
import type { Outcome } from '../../src/core/outcome.ts'
import { noUsage } from '../../src/core/usage.ts'
import { Figures } from '../../src/observe/figures.ts'
import { runStatistics } from '../../src/observe/statistics.ts'
import { accountOf } from '../support/account.ts'

const header = { name: 'read', attempts: 1, retried: [], queuedMs: 0, runMs: 100, usage: { ...noUsage, bytes: 2_048 } }

it('begins with the equation and ends with the failures by cause, the most frequent first', () => {
  const figures = new Figures('io')
  const failures = new FailureList()
  const add = (index: number, outcome: Partial<Outcome<unknown>>): void => {
    const whole = { ...header, id: `read-1/${index}`, index, input: `in-${index}`, ...outcome } as Outcome<unknown>
    figures.settled(whole, 100)
    failures.add(whole, `in-${index}`)
  }
  add(0, { status: 'done', value: 1 })
  add(1, { status: 'failed', failure: new Failure('TIMEOUT', 'too long') })
  for (let index = 2; index < 10; index += 1)
    add(index, { status: 'failed', failure: new Failure('HTTP_STATUS', `in-${index}: 404`) })
  add(10, { status: 'cancelled', reason: 'interrupted' })
  const lines = summaryLines(
    runStatistics(accountOf(figures, { wallMs: 1_000, concurrency: 64, lane: () => ({ capacity: 1_024 }) })),
    failures,
  )
  expect(lines[0]).toBe('11 in = 1 done + 9 failed + 0 skipped + 1 cancelled')
  expect(lines).toContain('22 KB read, 0 retries, waited 0 ms on average, event loop p50 1.0 ms, p99 2.0 ms')
  expect(lines.slice(lines.indexOf('9 without a result:'))).toEqual([
    '9 without a result:',
    '  HTTP_STATUS: 8',
    ...[2, 3, 4, 5, 6].map((index) => `    in-${index}: 404`),
    '    … and 3 more',
    '  TIMEOUT: 1',
    '    in-1: too long',
  ])
})

it('is only the equation when there was nothing', () => {
  const nothing = runStatistics(accountOf(new Figures('io'), { wallMs: 0 }))
  expect(summaryLines(nothing, new FailureList())).toEqual(['0 in = 0 done + 0 failed + 0 skipped + 0 cancelled'])
})

it.each([
  [349.6, '350 ms'],
  [2_410, '2.41 s'],
  [200_000, '3 min 20 s'],
])('%d ms are written %s', (ms, text) => {
  expect(seconds(ms)).toBe(text)
})
