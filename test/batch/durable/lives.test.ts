import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JobReport } from '../../../src/batch/durable/job-run.ts'
import { openJobRun } from '../../../src/batch/durable/open-job-run.ts'
import type { JobPlan } from '../../../src/batch/job/plan.ts'
import { memoryJournal } from '../../../src/journal/memory-journal.ts'
import { MemorySink, planOf, type Written } from '../../support/jobs.ts'
import { MortalJournal } from '../../support/mortal-journal.ts'
import { inputsOf, type RandomJob, randomJob, stepsOf } from '../../support/random-jobs.ts'

/** How a life of a run ends: with the process, after so many records; or by its user, after so many calls. */
const interruption = fc.record({
  how: fc.constantFrom('killed', 'drain', 'cancel'),
  after: fc.integer({ min: 0, max: 150 }),
})

describe('a run of several lives', () => {
  it('gives what one life gives, with no recorded call repeated', async () => {
    await fc.assert(
      fc.asyncProperty(randomJob, fc.array(interruption, { minLength: 1, maxLength: 5 }), async (job, lives) => {
        const whole = await wholeLife(job)
        const mortal = new MortalJournal(memoryJournal())
        const sinks = { records: new MemorySink(), report: new MemorySink() }
        let left = 0
        let stop = (): void => {}
        const repeated: string[] = []
        const called = (key: string): void => {
          if (mortal.done.has(key)) repeated.push(key)
          left -= 1
          if (left === 0) stop()
        }
        const plan = jobPlan(job, sinks, called)
        let runId: string | undefined
        let report: JobReport | undefined
        for (const { how, after } of [...lives, { how: 'to the end', after: 0 }]) {
          mortal.left = how === 'killed' ? after : Number.POSITIVE_INFINITY
          left = how === 'killed' ? 0 : after + 1
          const run = await openJobRun(plan, { journal: mortal.journal })
          stop = () => run[how as 'drain' | 'cancel']?.()
          runId ??= run.id
          report = await run.ended
          expectSums(report)
          if (report.state === 'finished') break
        }
        expect(report!.id).toBe(runId)
        expect(report!.broken).toBeUndefined()
        expect(report!.state).toBe('finished')
        expect(repeated).toEqual([])
        expect(results(sinks, job)).toEqual(whole.results)
        expect(figures(report!)).toEqual(figures(whole.report))
      }),
      { numRuns: 300 },
    )
  })
})

async function wholeLife(job: RandomJob): Promise<{ readonly results: unknown; readonly report: JobReport }> {
  const sinks = { records: new MemorySink(), report: new MemorySink() }
  const run = await openJobRun(
    jobPlan(job, sinks, () => {}),
    { journal: 'memory' },
  )
  const report = await run.ended
  expect(report.state).toBe('finished')
  expectSums(report)
  return { results: results(sinks, job), report }
}

interface Sinks {
  readonly records: MemorySink
  readonly report: MemorySink
}

function jobPlan(job: RandomJob, { records, report }: Sinks, called: (key: string) => void): JobPlan {
  const { isOrdered, hasReport, hasFields, concurrency } = job
  const steps = stepsOf(job, called)
  const fields = hasFields ? steps.slice(0, 2).map(({ name }) => name) : undefined
  const output = { records, report: hasReport ? report : undefined, isOrdered, fields }
  return planOf(steps, inputsOf(job), { output, concurrency })
}

/** What does not depend on when things were done. */
function results({ records, report }: Sinks, { isOrdered, kinds, hasReport }: RandomJob): unknown {
  const plain = ({ id, input, status, value, failure, cause }: Written) => ({
    id,
    input,
    status,
    value,
    failure,
    cause,
  })
  const byId = (one: Written, other: Written) => (one.id < other.id ? -1 : 1)
  const isInOrder = isOrdered && (hasReport || !kinds.includes('collect'))
  const all = isInOrder ? records.records : records.records.sort(byId)
  return { records: all.map(plain), report: report.records.sort(byId).map(plain) }
}

function figures({ tally, derived, steps, failures }: JobReport): unknown {
  const sorted = failures.map(({ code, count }) => `${code} ${count}`).sort()
  return { tally, derived, steps: steps.map((step) => [step.name, step.tally]), failures: sorted }
}

function expectSums({ tally, derived, steps }: JobReport): void {
  for (const one of [tally, derived, ...steps.map((step) => step.tally)]) {
    const { in: all, ...ends } = one
    expect(Math.min(...Object.values(ends))).toBeGreaterThanOrEqual(0)
    expect(Object.values(ends).reduce((sum, end) => sum + end)).toBe(all)
  }
}
