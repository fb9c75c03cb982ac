import { expect, it } from 'vitest'
import { type Shown, showLines } from '../../../src/cli/jobs/show.ts'
import { noTally } from '../../../src/core/tally.ts'
import { noUsage } from '../../../src/core/usage.ts'
import { noMarks } from '../../../src/journal/marks.ts'

function shown(state: Shown['row']['state'], total: Shown['account']['total']): Shown {
  const tally = { in: 184, done: 184, failed: 0, skipped: 0, cancelled: 0 }
  const at = '2026-11-21T12:00:00.000Z'
  const row = { id: 'e-1', name: 'e', plan: '', source: '', createdAt: at, updatedAt: at, state }
  return {
    row: { ...row, marks: { ...noMarks, usage: noUsage }, counts: { tally, derived: noTally, steps: [] } },
    account: { steps: [], derived: noTally, total, before: [], failures: [] },
    dead: { count: 0, first: [] },
    interrupted: [],
    left: { failed: 0, dead: 0, heldUp: 0 },
    outputs: [],
    named: 'e-1',
    again: 'weft run e.yaml',
  }
}

it('says how much of a run that did not come to its end is open', () => {
  const open = (state: Shown['row']['state'], total: Shown['account']['total']) => showLines(shown(state, total))[2]
  expect(open('stopped', { items: 1_500, estimate: false })).toBe('1,316 of 1,500 items are open')
  expect(open('interrupted', { items: 1_500, estimate: true })).toBe('about 1,316 of about 1,500 items are open')
  expect(open('stopped', { items: 180, estimate: true })).toBe('the rest is open')
  expect(open('stopped', undefined)).toBe('the rest is open')
  expect(open('finished', { items: 1_500, estimate: true })).toBeUndefined()
})

it('says how all that gave nothing is done again, as the run has said it', () => {
  const lines = showLines({ ...shown('finished', undefined), left: { failed: 4, dead: 0, heldUp: 16 } })
  expect(lines.at(-1)).toBe('after mending the cause, try again with: weft retry e-1 --failed --skipped')
})
