import { describe, expect, it } from 'vitest'
import type { JobRunOptions } from '../../../src/batch/durable/job-run.ts'
import { openJobRun } from '../../../src/batch/durable/open-job-run.ts'
import { rollBack } from '../../../src/batch/durable/roll-back.ts'
import type { JobPlan } from '../../../src/batch/job/plan.ts'
import { memoryJournal } from '../../../src/journal/memory-journal.ts'
import { each, planOf } from '../../support/jobs.ts'

async function run(plan: JobPlan, options: JobRunOptions) {
  await using job = await openJobRun(plan, options)
  return await job.ended
}

/** An account book: each order reserves, then charges; `log` has all that was done outside, in its order. */
function orders(inputs: readonly unknown[], log: string[], fails: (what: string) => boolean = () => false): JobPlan {
  const step = (name: string) =>
    each(name, () => {}, {
      effects: true,
      onInterrupted: 'fail',
      prepare: ({ input }) => input,
      run: async (order) => {
        log.push(`${name} ${order}`)
        return `${name} of ${order}`
      },
      compensate: async (order, value) => {
        expect(value).toBe(`${name} of ${order}`)
        if (fails(`${name} ${order}`)) throw new Error('the bank is closed')
        log.push(`undo ${name} ${order}`)
      },
      retry: { maxAttempts: 1 },
    })
  return planOf([step('reserve'), step('charge')], inputs, { concurrency: 1 })
}

describe('rolling back', () => {
  it('takes back what was done, the last first, and the job may be run anew', async () => {
    const journal = memoryJournal()
    const log: string[] = []
    const { id } = await run(orders([1, 2], log), { journal })
    log.length = 0
    expect(await rollBack(orders([1, 2], log), { journal, runId: id })).toMatchObject({ undone: 4, isComplete: true })
    expect(log).toEqual(['undo charge 2', 'undo charge 1', 'undo reserve 2', 'undo reserve 1'])
    log.length = 0
    expect(await rollBack(orders([1, 2], log), { journal, runId: id })).toMatchObject({ undone: 0 })
    const again = await run(orders([1, 2], log), { journal })
    expect(again).toMatchObject({ id: 'job-2', tally: { done: 2 } })
    expect(log).toHaveLength(4)
  })

  it('that fails at something goes on there, and the run is not gone on with meanwhile', async () => {
    const journal = memoryJournal()
    const log: string[] = []
    const { id } = await run(orders([1, 2], log), { journal })
    log.length = 0
    const failing = orders([1, 2], log, (what) => what === 'charge 1')
    const first = await rollBack(failing, { journal, runId: id })
    expect(first).toMatchObject({
      undone: 3,
      failed: 1,
      isComplete: false,
      failures: [{ code: 'COMPENSATION_FAILED' }],
    })
    const retry = openJobRun(orders([1, 2], log), {
      journal,
      runId: id,
      retry: { failed: true, dead: true, skipped: true },
    })
    await expect(retry).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    log.length = 0
    expect(await rollBack(orders([1, 2], log), { journal, runId: id })).toMatchObject({ undone: 1, isComplete: true })
    expect(log).toEqual(['undo charge 1'])
  })

  it('takes back the effects of the run alone, and what others took of them is undone for them', async () => {
    const journal = memoryJournal()
    const log: string[] = []
    const first = await run(orders([1, 2], log), { journal })
    const second = await run(orders([1, 2, 3], log), { journal })
    expect(log).toHaveLength(6)
    log.length = 0
    await rollBack(orders([1, 2, 3], log), { journal, runId: second.id })
    expect(log).toEqual(['undo charge 3', 'undo reserve 3'])
    const third = await run(orders([1, 2, 4], log), { journal })
    log.length = 0
    await rollBack(orders([1, 2], log), { journal, runId: first.id })
    expect(log).toHaveLength(4)
    log.length = 0
    // The third run has taken of the first what is undone now, and has its own.
    expect(third.tally.done).toBe(3)
    await run(orders([1, 4], log), { journal })
    expect(log).toEqual(['reserve 1', 'charge 1'])
  })
})
