import { describe, expect, it } from 'vitest'
import type { JobRun, JobRunOptions } from '../../../src/batch/durable/job-run.ts'
import { openJobRun } from '../../../src/batch/durable/open-job-run.ts'
import type { JobPlan } from '../../../src/batch/job/plan.ts'
import { Failure } from '../../../src/core/failure.ts'
import { memoryJournal } from '../../../src/journal/memory-journal.ts'
import { each, MemorySink, planOf, select } from '../../support/jobs.ts'
import { MortalJournal } from '../../support/mortal-journal.ts'

const inputs = Array.from({ length: 20 }, (_, n) => n)
const all = { failed: true, dead: true, skipped: true }

async function run(plan: JobPlan, options: JobRunOptions) {
  await using job = await openJobRun(plan, options)
  return await job.ended
}

/** Of a plan whose step calls `called`, so many calls; then its user stops it. */
async function partly(
  plan: (called: () => void) => JobPlan,
  calls: number,
  options: JobRunOptions,
  how: 'drain' | 'cancel' = 'drain',
) {
  let left = calls
  let stop = (): void => {}
  const called = (): void => {
    left -= 1
    if (left === 0) stop()
  }
  const job: JobRun = await openJobRun(plan(called), options)
  stop = () => job[how]()
  return await job.ended
}

function counted(called: () => void, more: Partial<JobPlan> = {}): JobPlan {
  const step = each('count', (n) => {
    called()
    return n
  })
  return planOf([step], inputs, { concurrency: 1, ...more })
}

describe('what was done before', () => {
  it('is taken from all runs that have it, not from a trial of five items', async () => {
    const journal = memoryJournal()
    let calls = 0
    const called = (): void => {
      calls += 1
    }
    const plan = (more: Partial<JobPlan> = {}) => counted(called, more)
    await run(plan(), { journal })
    await run(plan({ limit: 5 }), { journal })
    calls = 0
    await run(plan(), { journal })
    expect(calls).toBe(0)
  })

  it('is taken from a run that has settled nothing yet, as its barrier was not reached', async () => {
    const journal = memoryJournal()
    let calls = 0
    const plan = (called: () => void, last: string) => {
      const { steps, ...rest } = counted(called)
      return { ...rest, steps: [...steps, select('some', () => true), each(last, (n) => n)] }
    }
    await partly((called) => plan(called, 'old'), 15, { journal })
    const called = (): void => {
      calls += 1
    }
    const report = await run(plan(called, 'new'), { journal })
    expect(report).toMatchObject({ id: 'job-2', tally: { done: 20 } })
    expect(calls).toBe(5)
  })

  it('is taken by a run, too, that died before it had settled anything', async () => {
    const mortal = new MortalJournal(memoryJournal())
    let calls = 0
    const count = (n: unknown): unknown => {
      calls += 1
      return n
    }
    const plan = (items: readonly unknown[]) => planOf([each('count', count), select('some', () => true)], items)
    await run(plan(inputs), { journal: mortal.journal })
    for (const left of [0, 1, 2]) {
      mortal.left = left
      await run(plan([...inputs, 'new']), { journal: mortal.journal })
    }
    mortal.left = Number.POSITIVE_INFINITY
    calls = 0
    const report = await run(plan([...inputs, 'new']), { journal: mortal.journal })
    expect(report).toMatchObject({ id: 'job-2', tally: { done: 21 } })
    expect(calls).toBe(1)
  })

  it('may be pruned while a run that took it is unfinished', async () => {
    const journal = memoryJournal()
    await run(
      counted(() => {}, { limit: 3 }),
      { journal },
    )
    const first = await partly((called) => counted(called), 5, { journal })
    await journal.prune(['job-1'])
    const second = await run(
      counted(() => {}),
      { journal },
    )
    expect(second).toMatchObject({ id: first.id, state: 'finished', tally: { done: 20 } })
  })
})

describe('a run that goes on otherwise than it began', () => {
  it('keeps the order of its output', async () => {
    for (const isOrdered of [false, true]) {
      const journal = memoryJournal()
      const records = new MemorySink()
      const plan = (called: () => void, isOrderedNow: boolean) => {
        const output = { records, report: undefined, isOrdered: isOrderedNow, fields: undefined }
        return counted(called, { output })
      }
      await partly((called) => plan(called, isOrdered), 8, { journal })
      const notes: string[] = []
      const report = await run(
        plan(() => {}, !isOrdered),
        { journal, onNote: (line) => notes.push(line) },
      )
      expect(report).toMatchObject({ id: 'job-1', tally: { in: 20, done: 20 } })
      expect(records.records.map(({ id }) => Number(id)).sort((one, other) => one - other)).toEqual(inputs)
      expect(notes.join()).toContain('its records go on')
    }
  })

  it('is not finished by a limit that lies before what it has done', async () => {
    const journal = memoryJournal()
    await partly((called) => counted(called), 10, { journal })
    const trial = await run(
      counted(() => {}, { limit: 5 }),
      { journal },
    )
    expect(trial).toMatchObject({ id: 'job-2', state: 'finished', tally: { in: 5, done: 5 } })
  })

  it('reads nothing of a longer input when what failed is done again', async () => {
    const journal = memoryJournal()
    let isMended = false
    const steps = [
      each('fragile', (n) => {
        if (n === 3 && !isMended) throw new Failure('TASK_FAILED', 'broken')
        return n
      }),
    ]
    await run(planOf(steps, inputs), { journal })
    isMended = true
    const report = await run(planOf(steps, [...inputs, 'more', 'and more']), { journal, retry: all })
    expect(report.tally).toEqual({ in: 20, done: 20, failed: 0, skipped: 0, cancelled: 0 })
  })
})
