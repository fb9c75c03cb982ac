import { describe, expect, it } from 'vitest'
import type { JobReport, JobRunOptions } from '../../../../src/batch/durable/job-run.ts'
import { openJobRun } from '../../../../src/batch/durable/open-job-run.ts'
import type { OnInterrupted } from '../../../../src/batch/steps/step.ts'
import { worker } from '../../../../src/index.ts'
import { memoryJournal } from '../../../../src/journal/memory-journal.ts'
import { each, MemorySink, planOf } from '../../../support/jobs.ts'

const tasks = worker<typeof import('../../../fixtures/workers/tasks.ts')>(
  new URL('../../../fixtures/workers/tasks.ts', import.meta.url),
)

/** A job that sends what it is given, and whose thread dies right after it has sent `b`. */
function orders(onInterrupted: OnInterrupted) {
  const journal = memoryJournal()
  const sent: unknown[] = []
  const send = each('send', () => {}, {
    effects: true,
    onInterrupted,
    retry: { maxAttempts: 3, baseDelayMs: 0 },
    run: async (order, context) => {
      sent.push(order)
      return order === 'b' ? await context.call(tasks.die, 0) : order
    },
  })
  const live = async (options: JobRunOptions = {}): Promise<JobReport & { readonly sink: MemorySink }> => {
    const sink = new MemorySink()
    const output = { records: sink, report: undefined, isOrdered: false, fields: undefined }
    const plan = planOf([send], ['a', 'b', 'c'], { concurrency: 1, output })
    await using job = await openJobRun(plan, { journal, ...options })
    return { ...(await job.ended), sink }
  }
  return { journal, sent, live }
}

describe('a step with effects whose thread dies', () => {
  it('is not done again unasked, in this run or the next', async () => {
    const { live, sent } = orders('fail')
    const report = await live()
    expect(report).toMatchObject({ tally: { done: 2, failed: 1 }, interrupted: [{ step: 'send', id: '1' }] })
    expect(report.sink.text).toMatch(/INTERRUPTED.*thread died.*may have taken effect.*retry --dead/)
    await live()
    await live({ retry: { failed: true, dead: false, skipped: true } })
    expect(sent).toEqual(['a', 'b', 'c'])
    await live({ retry: { failed: false, dead: true, skipped: false } })
    expect(sent).toEqual(['a', 'b', 'c', 'b'])
  })

  it('is tried again where that was said beforehand', async () => {
    const { live, sent } = orders('rerun')
    expect(await live()).toMatchObject({ tally: { done: 2, failed: 1 } })
    expect(sent.filter((order) => order === 'b')).toHaveLength(3)
  })

  it('is asked about, and stays open where nobody answers', async () => {
    const { live, sent } = orders('ask')
    expect(await live()).toMatchObject({ state: 'stopped', interrupted: [{ id: '1', became: 'ask' }] })
    expect(sent).toEqual(['a', 'b', 'c'])
    const answers = ['rerun', 'rerun', 'fail'] as const
    const asked: unknown[] = []
    const askInterrupted = async (id: string, step: string) => answers[asked.push(`${step} ${id}`) - 1]
    expect(await live({ askInterrupted })).toMatchObject({ state: 'finished', tally: { done: 2, failed: 1 } })
    expect(asked).toEqual(['send 1', 'send 1', 'send 1'])
    expect(sent).toEqual(['a', 'b', 'c', 'b', 'b'])
  })
})
