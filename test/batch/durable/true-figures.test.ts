import { describe, expect, it } from 'vitest'
import { openJobRun } from '../../../src/batch/durable/open-job-run.ts'
import { equation } from '../../../src/core/tally.ts'
import { memoryJournal } from '../../../src/journal/memory-journal.ts'
import { each, MemorySink, planOf } from '../../support/jobs.ts'
import { MortalJournal } from '../../support/mortal-journal.ts'

const inputs = Array.from({ length: 20 }, (_, at) => at)

describe.each([true, false])('a run whose journal broke, ordered: %s', (isOrdered) => {
  it.each([3, 7, 20, 31, 45, 59])('calls nothing done that is not recorded, after %i records', async (left) => {
    const mortal = new MortalJournal(memoryJournal())
    const records = new MemorySink()
    const output = { records, report: undefined, isOrdered, fields: undefined }
    const plan = planOf([each('double', (n) => Number(n) * 2)], inputs, { output, concurrency: 4 })
    mortal.left = left
    const first = await openJobRun(plan, { journal: mortal.journal })
    const { tally, state, steps } = await first.ended
    expect(state).toBe('stopped')
    const settled = (await mortal.journal.settledCounts(first.id)).reduce((sum, { count }) => sum + count, 0)
    expect(tally.done).toBeLessThanOrEqual(settled)
    expect(tally.done).toBe(records.records.length)
    for (const one of [tally, ...steps.map((step) => step.tally)]) {
      expect(one.in).toBe(one.done + one.failed + one.skipped + one.cancelled)
      expect(Math.min(...Object.values(one))).toBeGreaterThanOrEqual(0)
    }
    mortal.left = Number.POSITIVE_INFINITY
    const notes: string[] = []
    const second = await openJobRun(plan, { journal: mortal.journal, onNote: (line) => notes.push(line) })
    expect(notes).toContain(`going on with ${first.id}, of which ${settled} items are settled`)
    expect(equation((await second.ended).tally)).toMatch(/^20 in = 20 done/)
  })
})

it('a retry whose journal broke calls nothing done that is not recorded', async () => {
  const mortal = new MortalJournal(memoryJournal())
  let isMended = false
  const work = each('double', (n) => {
    if (!isMended && Number(n) % 2 === 0) throw new Error('not yet')
    return n
  })
  const plan = planOf([work], inputs, { concurrency: 4 })
  const first = await openJobRun(plan, { journal: mortal.journal })
  expect((await first.ended).tally).toMatchObject({ in: 20, failed: 10 })
  isMended = true
  mortal.left = 12
  const retry = { failed: true, dead: true, skipped: false }
  const { tally, state } = await (await openJobRun(plan, { journal: mortal.journal, retry })).ended
  expect(state).toBe('stopped')
  const settled = (await mortal.journal.settledCounts(first.id)).reduce((sum, { count }) => sum + count, 0)
  expect(tally.done).toBeLessThanOrEqual(settled)
  expect(tally.in).toBe(tally.done + tally.failed + tally.skipped + tally.cancelled)
})
