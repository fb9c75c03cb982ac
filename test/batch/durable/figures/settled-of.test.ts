import { expect, it } from 'vitest'
import { countsFrom } from '../../../../src/batch/durable/figures/counts.ts'
import { settledOf } from '../../../../src/batch/durable/figures/settled-of.ts'
import { openJobRun } from '../../../../src/batch/durable/open-job-run.ts'
import type { Journal } from '../../../../src/journal/journal.ts'
import { memoryJournal } from '../../../../src/journal/memory-journal.ts'
import { each, expand, filter, MemorySink, planOf } from '../../../support/jobs.ts'
import { MortalJournal } from '../../../support/mortal-journal.ts'

const steps = [
  each('double', (n) => {
    if (Number(n) % 7 === 3) throw new Error('not this one')
    return Number(n) * 2
  }),
  filter('some', ({ last }) => Number(last) % 8 !== 0),
  expand('pieces', (n) => Array.from({ length: Number(n) % 3 }, (_, at) => at)),
  each('show', (n) => n),
]
const inputs = Array.from({ length: 24 }, (_, at) => at)

/** What the marks and the rows behind them say, beside all rows, and behind which sequence rows were read. */
async function bothWays(journal: Journal, id: string) {
  const row = (await journal.run(id))!
  let after: number | undefined
  const watched = {
    settledCounts: (run: string, from?: number) => {
      after = from
      return journal.settledCounts(run, from)
    },
  }
  const counted = await settledOf(watched, row)
  return { counted, all: countsFrom(await journal.settledCounts(id), steps).record, after }
}

it.each([false, true])('counts by marks what all rows say, wherever the run ended; ordered: %s', async (isOrdered) => {
  let behindMarks = 0
  for (let left = 1; left < 260; left += 3) {
    const mortal = new MortalJournal(memoryJournal())
    mortal.left = left
    const output = { records: new MemorySink(), report: undefined, isOrdered, fields: undefined }
    const plan = planOf(steps, inputs, { output, concurrency: 4 })
    const { id, ended } = await openJobRun(plan, { journal: mortal.journal })
    await ended
    const first = await bothWays(mortal.journal, id)
    expect(first.counted).toMatchObject(first.all)
    if ((first.after ?? 0) > 0) behindMarks += 1
    // Its second life adds to what the first one counted.
    mortal.left = 20
    await (await openJobRun(plan, { journal: mortal.journal })).ended
    const second = await bothWays(mortal.journal, id)
    expect(second.counted).toMatchObject(second.all)
  }
  expect(behindMarks > 0).toBe(!isOrdered)
})

it('counts all rows of a retry that did not come to its end', async () => {
  const mortal = new MortalJournal(memoryJournal())
  const plan = planOf(steps, inputs, { concurrency: 4 })
  const { id, ended } = await openJobRun(plan, { journal: mortal.journal })
  await ended
  mortal.left = 6
  const retry = { failed: true, dead: true, skipped: true }
  await (await openJobRun(plan, { journal: mortal.journal, retry })).ended
  const { counted, all, after } = await bothWays(mortal.journal, id)
  expect([counted, after]).toEqual([all, 0])
  expect(all.tally.done).toBeLessThan(24)
})
