import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { JobReport } from '../../../src/batch/durable/job-run.ts'
import { openJobRun } from '../../../src/batch/durable/open-job-run.ts'
import type { JobPlan } from '../../../src/batch/job/plan.ts'
import type { Tally } from '../../../src/core/tally.ts'
import { memoryJournal } from '../../../src/journal/memory-journal.ts'
import { MemorySink, planOf } from '../../support/jobs.ts'
import { inputsOf, type RandomJob, randomJob, stepsOf } from '../../support/random-jobs.ts'

it('gives what a run gives in which nothing failed, however often the retry is stopped', async () => {
  await fc.assert(
    fc.asyncProperty(randomJob, fc.array(fc.nat(60), { maxLength: 3 }), async (job, stops) => {
      const journal = memoryJournal()
      const sinks = { records: new MemorySink(), report: new MemorySink() }
      let isMended = false
      let left = 0
      let stop = (): void => {}
      const called = (): void => {
        left -= 1
        if (left === 0) stop()
      }
      const plan = jobPlan(job, sinks, called, () => isMended)
      const first = await (await openJobRun(plan, { journal })).ended
      expect(first.state).toBe('finished')
      isMended = true
      let report: JobReport | undefined
      for (const after of [...stops, 0]) {
        left = after + 1
        if (after === 0) left = 0
        const retry = report === undefined ? { failed: true, dead: true, skipped: true } : undefined
        const run = await openJobRun(plan, { journal, ...(retry && { retry }) })
        stop = () => run.drain()
        report = await run.ended
        expect(report.id).toBe(first.id)
        expect(report.broken).toBeUndefined()
        expect(report.tally.in).toBeLessThanOrEqual(first.tally.in)
        for (const tally of [report.tally, report.derived, ...report.steps.map((step) => step.tally)]) expectSum(tally)
        if (report.state === 'finished') break
      }
      const whole = { records: new MemorySink(), report: new MemorySink() }
      const undisturbed = await openJobRun(
        jobPlan(
          job,
          whole,
          () => {},
          () => true,
        ),
        { journal: 'memory' },
      )
      const { tally, derived } = await undisturbed.ended
      expect(report).toMatchObject({ state: 'finished', tally, derived })
      expect(plain(sinks)).toEqual(plain(whole))
    }),
    { numRuns: 300 },
  )
})

interface Sinks {
  readonly records: MemorySink
  readonly report: MemorySink
}

function jobPlan(job: RandomJob, { records, report }: Sinks, called: () => void, isMended: () => boolean): JobPlan {
  const steps = stepsOf(job, called, isMended)
  const output = { records, report: job.hasReport ? report : undefined, isOrdered: job.isOrdered, fields: undefined }
  return planOf(steps, inputsOf(job), { output, concurrency: job.concurrency })
}

function plain({ records, report }: Sinks): string[] {
  return [...records.records, ...report.records]
    .map(({ id, input, status, value }) => JSON.stringify([id, input, status, value]))
    .sort()
}

function expectSum({ in: all, ...ends }: Tally): void {
  expect(Math.min(...Object.values(ends))).toBeGreaterThanOrEqual(0)
  expect(Object.values(ends).reduce((sum, end) => sum + end)).toBe(all)
}
