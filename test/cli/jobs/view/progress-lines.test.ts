import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitted, widthOf } from '../../../../src/cli/jobs/view/fitted.ts'
import { logLine, progressLines } from '../../../../src/cli/jobs/view/progress-lines.ts'
import { busy, lane, progress, step } from './samples.ts'

describe('progressLines', () => {
  it('says on a wide terminal how each step goes, how fast, until when, for how much, and what holds it up', () => {
    expect(progressLines(busy, 200)).toEqual([
      '1,240 of about 20,000 items: 1,200 done, 38 failed, 2 skipped, 64 running, 512 waiting, 400 reused',
      '              done  failed  running  waiting  skipped  reused',
      '  read       1,302      38       52      512        0       0',
      '  summarise  1,202       0       12        0        2     400',
      '41.2/s, about 8 min left (anthropic: requests per minute), 1,204,332 tokens in, 20,100 out, 0.8400 USD, budget left: 1.16 USD, event loop p99 1.3 ms',
      'anthropic: 12 of 50 slots, cooling 8 s; io: 52 of 1,024 slots, 512 waiting',
    ])
  })

  it('shows fewer columns, one thing a line, on a narrow one', () => {
    expect(progressLines(busy, 40)).toEqual([
      '1,200 done, 38 failed of about 20,000',
      '              done  failed  running',
      '  read       1,302      38       52',
      '  summarise  1,202       0       12',
      '41.2/s',
      'about 8 min left (anthropic: requests p…',
      '1,204,332 tokens in, 20,100 out, 0.8400…',
      'budget left: 1.16 USD',
      'anthropic: 12 of 50 slots, cooling 8 s',
      'io: 52 of 1,024 slots, 512 waiting',
    ])
  })

  it('leaves out what there is nothing to say of', () => {
    expect(progressLines(progress({ steps: [step('read')] }), 100)).toEqual([
      '0 items: 0 done, 0 failed, 0 running, 0 waiting',
      '        done  failed  running  waiting',
      '  read     0       0        0        0',
      'event loop p99 1.3 ms',
    ])
  })

  it.each([
    [
      lane('a', {}, { phase: 'stopped', failure: { code: 'AUTH_FAILED', message: 'm', retryable: false } }),
      'a: 0 of 50 slots, stopped by AUTH_FAILED',
    ],
    [lane('a', {}, { phase: 'stopped' }), 'a: 0 of 50 slots, stopped'],
    [lane('a', {}, { phase: 'paused' }), 'a: 0 of 50 slots, paused'],
    [lane('a', {}, { phase: 'cooling' }), 'a: 0 of 50 slots, cooling'],
    [lane('a', { waiting: 3 }, { phase: 'slow-start', concurrency: 2 }), 'a: 0 of 2 slots, starting slowly, 3 waiting'],
    [lane('a', {}, { phase: 'slow-start' }), undefined],
    [lane('a', { running: 2 }, { mode: 'batch' }), 'a: 2 of 50 slots'],
    [lane('a', {}, { mode: 'batch' }), undefined],
    [
      lane('a', { waiting: 3 }, { mode: 'batch', phase: 'paused', why: 'batch m1: 200 requests, asked again in 30 s' }),
      'a: batch m1: 200 requests, asked again in 30 s, paused, 3 waiting',
    ],
    [lane('a', {}, { why: 'halved to 8' }), undefined],
  ])('says of a lane what it does not take: %#', (one, said) => {
    const lines = progressLines(progress({ lanes: [one] }), 100)
    expect(lines.slice(2)).toEqual(said === undefined ? [] : [said])
  })

  it('shows no control character of a name', () => {
    const lines = progressLines(progress({ steps: [step('a\u001b[31m')], lanes: [lane('b\n', { running: 1 })] }), 100)
    expect(lines.join('')).not.toMatch(/\p{Cc}/u)
  })

  it('is never wider than the terminal', () => {
    const amount = fc.nat({ max: 10_000_000 })
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
    const steps = fc.array(
      fc.record({ name, done: amount, failed: amount, running: amount, waiting: amount, reused: amount }),
      { maxLength: 6 },
    )
    const lanes = fc.array(fc.record({ name, running: amount, waiting: amount }), { maxLength: 5 })
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 200 }), steps, lanes, amount, (width, someSteps, someLanes, items) => {
        const shown = progress({
          done: items,
          total: { items, estimate: false },
          steps: someSteps.map(({ name: called, ...rest }) => step(called, rest)),
          lanes: someLanes.map(({ name: called, ...rest }) => lane(called, rest)),
          eta: { ms: items, by: 'io' },
          perSecond: items,
        })
        for (const line of progressLines(shown, width)) expect(widthOf(line)).toBeLessThanOrEqual(width)
      }),
    )
  })
})

describe('logLine', () => {
  it('says the same in one line', () => {
    expect(logLine(busy)).toBe(
      '1,240 of about 20,000 items: 1,200 done, 38 failed, 2 skipped, 64 running, 512 waiting, 400 reused; read 1,302 (38 failed) +52; summarise 1,202 +12; 41.2/s; about 8 min left (anthropic: requests per minute); 1,204,332 tokens in, 20,100 out, 0.8400 USD; budget left: 1.16 USD; anthropic: 12 of 50 slots, cooling 8 s; io: 52 of 1,024 slots, 512 waiting',
    )
  })
})

describe('fitted', () => {
  it.each([
    ['short', 5, 'short'],
    ['longer', 5, 'long…'],
    ['two words', 5, 'two…'],
    ['会社の名前', 10, '会社の名前'],
    ['会社の名前', 9, '会社の名…'],
    ['会社の名前', 8, '会社の…'],
    ['e\u0301e\u0301e\u0301', 3, 'e\u0301e\u0301e\u0301'],
    ['x', 0, ''],
  ])('cuts %s to %i columns', (line, width, cut) => {
    expect(fitted(line, width)).toBe(cut)
  })
})
