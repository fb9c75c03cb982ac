import { describe, expect, it } from 'vitest'
import type { JobRunOptions } from '../../../../src/batch/durable/job-run.ts'
import { openJobRun } from '../../../../src/batch/durable/open-job-run.ts'
import type { JobPlan } from '../../../../src/batch/job/plan.ts'
import type { Step } from '../../../../src/batch/steps/step.ts'
import { Failure } from '../../../../src/core/failure.ts'
import { memoryJournal } from '../../../../src/journal/memory-journal.ts'
import { collect, each, filter, planOf, select } from '../../../support/jobs.ts'
import { MortalJournal } from '../../../support/mortal-journal.ts'

async function run(plan: JobPlan, options: JobRunOptions) {
  await using job = await openJobRun(plan, options)
  return await job.ended
}

/** Sends each mail; `died` is asked once it is sent. */
function sending(sent: unknown[], died: (mail: unknown) => boolean = () => false, mortal?: MortalJournal): Step {
  return each('send', () => {}, {
    effects: true,
    onInterrupted: 'fail',
    prepare: ({ last, items }) => last ?? items?.map((item) => item.last),
    run: async (mail) => {
      sent.push(mail)
      if (died(mail)) mortal!.left = 0
      return `${mail} sent`
    },
  })
}

describe('effects', () => {
  it('of a later run are not paid for again by an old one that is gone on with', async () => {
    const mortal = new MortalJournal(memoryJournal())
    const { journal } = mortal
    const sent: unknown[] = []
    const mails = ['a', 'b', 'b', 'c', 'd', 'b']
    const plan = (more: Partial<JobPlan> = {}, dies = false) =>
      planOf([sending(sent, (mail) => dies && mail === 'c', mortal)], mails, { concurrency: 1, ...more })
    const old = await run(plan({}, true), { journal })
    mortal.left = Number.POSITIVE_INFINITY
    await run(plan({ limit: 5 }), { journal })
    expect(sent).toEqual(['a', 'b', 'b', 'c', 'd'])
    expect(await run(plan(), { journal, runId: old.id })).toMatchObject({ tally: { in: 6, done: 5, failed: 1 } })
    expect(sent).toEqual(['a', 'b', 'b', 'c', 'd', 'b'])
    await run(plan({ limit: 5 }), { journal, runId: 'job-2', retry: { failed: false, dead: true, skipped: false } })
    await run(plan(), { journal, runId: old.id, retry: { failed: false, dead: true, skipped: false } })
    expect(sent).toEqual(['a', 'b', 'b', 'c', 'd', 'b', 'c'])
  })

  it('are known however many runs there were since', async () => {
    const journal = memoryJournal()
    const sent: unknown[] = []
    for (const mail of [...'abcdefghijkl', 'a']) await run(planOf([sending(sent)], [mail]), { journal })
    expect(sent.join('')).toBe('abcdefghijkl')
  })

  it('are known although a run of the same items has left them out since', async () => {
    const journal = memoryJournal()
    const sent: unknown[] = []
    for (const least of [0, 2, 0]) {
      await run(planOf([filter('few', ({ input }) => (input as number) > least), sending(sent)], [1, 2, 3]), {
        journal,
      })
    }
    expect(sent).toEqual([1, 2, 3])
  })

  it('in the dark behind a barrier are not done again unasked', async () => {
    for (const barrier of [select('some', () => true), collect()]) {
      const mortal = new MortalJournal(memoryJournal())
      const { journal } = mortal
      const sent: unknown[] = []
      const plan = (dies: boolean) =>
        planOf([each('write', (n) => n), barrier, sending(sent, () => dies, mortal)], ['a', 'b'], { concurrency: 1 })
      await run(plan(true), { journal })
      expect(sent).toHaveLength(1)
      mortal.left = Number.POSITIVE_INFINITY
      const report = await run(plan(false), { journal })
      const id = barrier.kind === 'collect' ? 'collect-1.0' : '0'
      expect(report.interrupted).toEqual([{ step: 'send', id, became: 'fail' }])
      expect(sent).toHaveLength(barrier.kind === 'collect' ? 1 : 2)
    }
  })

  it('that are dead behind a barrier stay so when what failed before it is done again', async () => {
    const mortal = new MortalJournal(memoryJournal())
    const { journal } = mortal
    const sent: unknown[] = []
    let isBack = false
    const fragile = each(
      'fragile',
      (mail) => {
        if (mail === 'z' && !isBack) throw new Failure('NETWORK_FAILED', 'not now', { retryable: true })
        return mail
      },
      { retry: { maxAttempts: 1 } },
    )
    const plan = (dies: boolean) =>
      planOf([fragile, select('some', () => true), sending(sent, () => dies, mortal)], ['a', 'z'], { concurrency: 1 })
    await run(plan(true), { journal })
    mortal.left = Number.POSITIVE_INFINITY
    await run(plan(false), { journal })
    isBack = true
    const report = await run(plan(false), { journal, retry: { failed: true, dead: false, skipped: false } })
    expect(sent).toEqual(['a', 'z'])
    expect(report.tally).toMatchObject({ done: 1, failed: 1 })
  })
})
