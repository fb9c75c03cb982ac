import { expect, it } from 'vitest'
import { openJobRun } from '../../../src/batch/durable/open-job-run.ts'
import { Failure } from '../../../src/core/failure.ts'
import { memoryJournal } from '../../../src/journal/memory-journal.ts'
import { gate } from '../../fixtures/gate.ts'
import { each, MemorySink, planOf } from '../../support/jobs.ts'

it.each(['OUTPUT_CLOSED', 'OUTPUT_FAILED'] as const)(
  'finishes and records what runs when nothing can be written any more (%s), and begins nothing more',
  async (code) => {
    await using journal = memoryJournal()
    const { opened, open } = gate()
    class ClosedSink extends MemorySink {
      override async append(): Promise<number> {
        // When all that follows from the refusal has followed.
        setImmediate(() => setImmediate(open))
        throw new Failure(code, 'nothing more can be written')
      }
    }
    const begun: unknown[] = []
    const ask = each('answer', async (input) => {
      begun.push(input)
      if (input !== 0) await opened
      return input
    })
    const inputs = Array.from({ length: 100 }, (_, at) => at)
    const plan = planOf([ask], inputs, {
      concurrency: 8,
      output: { records: new ClosedSink(), report: undefined, isOrdered: false, fields: undefined },
    })
    const report = await (await openJobRun(plan, { journal })).ended
    expect(report).toMatchObject({ state: 'stopped', broken: { code } })
    expect(begun.length).toBeLessThan(inputs.length)
    const counts = await journal.settledCounts(report.id)
    expect(counts).toEqual([expect.objectContaining({ status: 'done', count: begun.length })])
  },
)
