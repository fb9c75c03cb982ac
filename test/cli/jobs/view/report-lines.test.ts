import { describe, expect, it } from 'vitest'
import type { JobReport } from '../../../../src/batch/durable/job-run.ts'
import { exitCodeOf } from '../../../../src/cli/jobs/exit-code.ts'
import { reportLines } from '../../../../src/cli/jobs/view/report-lines.ts'
import { Failure } from '../../../../src/core/failure.ts'
import { noUsage } from '../../../../src/core/usage.ts'
import { report, step } from './samples.ts'

const next = { goOn: 'weft resume companies-3', retry: 'weft retry companies-3', again: 'weft run job.yaml' }

describe('reportLines', () => {
  it('says of a finished run what came of it, by step and in total, and what failed by cause', () => {
    const tally = { in: 20, done: 18, failed: 2, skipped: 0, cancelled: 0 }
    const steps = [
      { ...step('read'), tally },
      { ...step('summarise', { reused: 7 }), tally: { ...tally, in: 18, failed: 0 } },
    ]
    const failures = [{ code: 'HTTP_STATUS', count: 2, examples: ['https://a/1'] }]
    const usage = { ...noUsage, bytes: 2048 }
    const left = { failed: 2, dead: 0, heldUp: 0 }
    expect(reportLines(report({ tally, steps, failures, usage, outputs: ['out.jsonl'], left }), next)).toEqual([
      'companies-3 is finished',
      '20 in = 18 done + 2 failed + 0 skipped + 0 cancelled',
      '  read       20 in = 18 done + 2 failed + 0 skipped + 0 cancelled',
      '  summarise  18 in = 18 done + 0 failed + 0 skipped + 0 cancelled, 7 reused',
      '2 KB read',
      '12.30 s for 4 min 6 s of work; no schedule beats 9.00 s (work on lane io / its capacity)',
      '2 without a result:',
      '  HTTP_STATUS: 2',
      '    https://a/1',
      '    … and 1 more',
      'written: out.jsonl',
      'try what failed again with: weft retry companies-3',
    ])
  })

  it('says of a stopped run where its records are, what was interrupted, why it stopped, and how to go on', () => {
    const stopped = report(
      {
        state: 'stopped',
        tally: { in: 20, done: 17, failed: 0, skipped: 0, cancelled: 3 },
        interrupted: [
          { step: 'send', id: '4', became: 'fail' },
          { step: 'read', id: '5.2', became: 'rerun' },
          { step: 'read', id: '1000', became: 'rerun' },
        ],
        outputs: ['out.jsonl.partial-companies-3'],
        broken: new Failure('OUTPUT_FAILED', 'no space left'),
      },
      { sumMs: 0 },
    )
    expect(reportLines(stopped, next)).toEqual([
      'companies-3 was stopped: 3 that were read are open',
      '20 in = 17 done + 0 failed + 0 skipped + 3 cancelled',
      '3 begun and without a result when the process, or the thread, ended:',
      '  send: failed with INTERRUPTED (item 4)',
      '  read: run again (items 5.2, 1000)',
      'so far in: out.jsonl.partial-companies-3',
      'it could not go on: no space left',
      'continue with: weft resume companies-3',
    ])
  })

  it('lists apart what a filter left out, with one message for each code, and says how what is dead is mended', () => {
    const tally = { in: 9, done: 4, failed: 1, skipped: 4, cancelled: 0 }
    const failures = [
      { code: 'FILTERED', count: 135, examples: ['a'], message: 'filter: v is 1, not above 2' },
      { code: 'BUDGET_SPENT', count: 277, examples: [], message: 'costUsd 0.01 is spent' },
      { code: 'TASK_FAILED', count: 1, examples: [], message: 'no weight' },
    ]
    const lines = reportLines(
      report({ tally, failures, left: { failed: 0, dead: 1, heldUp: 277 } }, { sumMs: 0 }),
      next,
    )
    expect(lines.slice(2)).toEqual([
      '135 left out, as the steps of the job say, such as "filter: v is 1, not above 2"',
      '278 without a result:',
      '  BUDGET_SPENT: 277, such as "costUsd 0.01 is spent"',
      '  TASK_FAILED: 1, "no weight"',
      'after mending the cause, try again with: weft retry companies-3 --dead --skipped',
    ])
  })

  it('says to look first where what is dead may have taken effect', () => {
    const lines = reportLines(report({ left: { failed: 0, dead: 3, heldUp: 0, inTheDark: 2 } }), next)
    expect(lines.slice(-2)).toEqual([
      '2 dead may have taken effect: look before --dead does them again',
      'after mending the cause, try again with: weft retry companies-3 --dead',
    ])
  })

  it('says where somebody has to decide how that is done without a terminal', () => {
    const left = report({ state: 'stopped', interrupted: [{ step: 'send', id: '4', became: 'ask' }] })
    expect(reportLines(left, next)).toContain(
      '  send: left open, as nobody knows whether it took effect: look, then go on with it on a terminal, which asks, or give the step onInterrupted: rerun (do it again) or fail (give it up) in the job file (item 4)',
    )
  })

  it('shows no control character of what failed', () => {
    const failures = [{ code: 'TASK_FAILED', count: 1, examples: ['\u001b]0;title\u0007'] }]
    expect(reportLines(report({ failures }), next).join('')).not.toMatch(/\p{Cc}/u)
  })
})

describe('exitCodeOf', () => {
  const done = { in: 3, done: 3, failed: 0, skipped: 0, cancelled: 0 }
  const cases: readonly (readonly [string, Partial<JobReport>, number])[] = [
    ['all done', { tally: done }, 0],
    ['some failed', { tally: { ...done, done: 2, failed: 1 } }, 1],
    [
      'some left out by a filter',
      { tally: { ...done, done: 2, skipped: 1 }, failures: [{ code: 'FILTERED', count: 1, examples: [] }] },
      0,
    ],
    [
      'some skipped by the budget',
      { tally: { ...done, done: 2, skipped: 1 }, failures: [{ code: 'BUDGET_SPENT', count: 1, examples: [] }] },
      1,
    ],
    ['none done', { tally: { ...done, done: 0, failed: 3 } }, 3],
    ['stopped', { tally: { ...done, done: 2, cancelled: 1 }, state: 'stopped' }, 1],
    ['its reader has gone', { tally: done, state: 'stopped', broken: new Failure('OUTPUT_CLOSED', 'gone') }, 141],
  ]
  it.each(cases)('%s', (_, some, code) => {
    expect(exitCodeOf(report(some))).toBe(code)
  })
})
