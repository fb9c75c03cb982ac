import { describe, expect, it } from 'vitest'
import type { ChangedEffects, JobRunOptions } from '../../../../src/batch/durable/job-run.ts'
import { openJobRun } from '../../../../src/batch/durable/open-job-run.ts'
import { foreseenChanges } from '../../../../src/batch/durable/opening/foreseen.ts'
import type { JobPlan } from '../../../../src/batch/job/plan.ts'
import type { EachStep } from '../../../../src/batch/steps/step.ts'
import { Failure } from '../../../../src/core/failure.ts'
import { memoryJournal } from '../../../../src/journal/memory-journal.ts'
import { collect, each, expand, planOf, sourceOf } from '../../../support/jobs.ts'
import { MortalJournal } from '../../../support/mortal-journal.ts'

const mails = ['a', 'b', 'c']

async function run(plan: JobPlan, options: JobRunOptions) {
  await using job = await openJobRun(plan, options)
  return await job.ended
}

/** Jobs that send mails by code that is edited, and what they have sent. */
function mailing() {
  const mortal = new MortalJournal(memoryJournal())
  const sent: unknown[] = []
  const send = (code: string, more: Partial<EachStep> = {}): EachStep => {
    return each('send', (mail) => sent.push(mail) && `${mail} sent`, {
      effects: true,
      onInterrupted: 'fail',
      version: `send/${code}`,
      code: { name: code, versionWith: (other) => `send/${other}` },
      prepare: ({ last, items }) => last ?? items?.map((item) => item.last),
      ...more,
    })
  }
  const job = (code: string, inputs: readonly unknown[] = mails, more: Partial<JobPlan> = {}): JobPlan =>
    planOf([send(code)], inputs, { concurrency: 1, ...more })
  const refused = async (plan: JobPlan, options: JobRunOptions = {}): Promise<unknown> => {
    const before = [sent.length, (await mortal.journal.runs()).length]
    const failure = await run(plan, { journal: mortal.journal, ...options }).then(
      () => undefined,
      (thrown: Failure) => thrown,
    )
    expect([sent.length, (await mortal.journal.runs()).length]).toEqual(before)
    expect(failure).toMatchObject({ code: 'EFFECTS_CHANGED' })
    return failure
  }
  return { mortal, journal: mortal.journal, sent, send, job, refused }
}

describe('effects of a step whose code was changed', () => {
  it('are not done again, unless somebody says so', async () => {
    const { journal, job, sent, refused } = mailing()
    await run(job('one'), { journal })
    await run(job('one'), { journal })
    expect(sent).toEqual(mails)
    const failure = (await refused(job('other'))) as Failure
    expect(failure.message).toBe(
      'send is not what it was in job-2: up to 3 of its effects there were done, or may have been, and would be done again. To keep what was done, put version: "one" on the step; to do it again, say --redo-effects (from code: redoEffects)',
    )
    expect(failure.details).toEqual({ steps: 'send', effects: 3 })
    await run(job('other'), { journal, redoEffects: true })
    expect(sent).toEqual([...mails, ...mails])
    await run(job('other'), { journal })
    await run(job('one'), { journal })
    expect(sent).toHaveLength(6)
  })

  it('are kept by the version that they had', async () => {
    const { journal, job, sent } = mailing()
    await run(job('one'), { journal })
    await run(job('one', [...mails, 'd']), { journal })
    expect(sent).toEqual([...mails, 'd'])
  })

  it('are asked for where somebody can be asked, and not done when the answer is no', async () => {
    const { journal, job, sent, refused } = mailing()
    const asked: unknown[] = []
    const asking = (answer: boolean) => async (changed: readonly ChangedEffects[]) => {
      asked.push(changed)
      return answer
    }
    await run(job('one'), { journal })
    await refused(job('other'), { askRedoEffects: asking(false) })
    await run(job('other'), { journal, askRedoEffects: asking(true) })
    expect(asked[0]).toEqual([{ step: 'send', run: 'job-1', was: 'send', effects: 3, keptBy: 'one' }])
    expect(asked).toHaveLength(2)
    expect(sent).toHaveLength(6)
  })

  it('are not done again where the inputs that had them are gone', async () => {
    const { journal, job, sent, refused } = mailing()
    await run(job('one'), { journal })
    await run(job('other', ['d', 'e']), { journal })
    expect(sent).toEqual([...mails, 'd', 'e'])
    expect(await refused(job('other', ['c', 'd', 'f']))).toMatchObject({ details: { effects: 1 } })
    expect(await refused(job('third', ['c', 'd', 'f']))).toMatchObject({ details: { effects: 2 } })
    await run(job('third', ['c', 'd', 'f'], { limit: 0 }), { journal })
    const once = sourceOf(['g'], { isReadable: false })
    expect(await refused(job('third', [], { source: once }))).toMatchObject({ details: { effects: 5 } })
  })

  it('are refused where a trial was let do some of them again, for the others', async () => {
    const { journal, job, sent, refused } = mailing()
    await run(job('one'), { journal })
    await run(job('other', mails, { limit: 1 }), { journal, redoEffects: true })
    expect(sent).toHaveLength(4)
    expect(await refused(job('other'))).toMatchObject({ details: { effects: 2 } })
    await run(job('other'), { journal, redoEffects: true })
    expect(sent).toEqual([...mails, ...mails])
  })

  it('are refused to an old run, too, that goes on although a later one had them', async () => {
    const { journal, mortal, job, sent, refused } = mailing()
    mortal.left = 6
    await run(job('one'), { journal })
    mortal.left = Number.POSITIVE_INFINITY
    const first = [...sent]
    expect(first.length).toBeLessThan(3)
    await run(job('other'), { journal, redoEffects: true })
    await refused(job('one'), { runId: 'job-1' })
    await refused(job('one'))
    expect(sent).toEqual([...first, ...mails])
  })

  it('are said once: a run that was let do them goes on without another word', async () => {
    const { journal, mortal, job, sent } = mailing()
    await run(job('one'), { journal })
    expect(await foreseenChanges(journal, job('other'))).toMatchObject([{ step: 'send', effects: 3 }])
    for (const left of [0, 4]) {
      mortal.left = left
      await run(job('other'), { journal, redoEffects: left === 0 })
      expect(await foreseenChanges(journal, job('other'))).toEqual([])
    }
    mortal.left = Number.POSITIVE_INFINITY
    await run(job('other'), { journal, retry: { failed: true, dead: true, skipped: false } })
    expect(sent.filter((mail) => mail === 'c')).toHaveLength(2)
  })

  it('count as done where nobody knows whether they were', async () => {
    const { journal, mortal, send, sent, refused } = mailing()
    const dying = send('one', {
      run: async (mail) => {
        mortal.left = 0
        return sent.push(mail)
      },
    })
    await run(planOf([dying], mails, { concurrency: 1 }), { journal })
    mortal.left = Number.POSITIVE_INFINITY
    expect(await refused(planOf([send('other')], mails))).toMatchObject({ details: { effects: 1 } })
    await run(planOf([send('one')], mails), { journal })
    expect(await refused(planOf([send('other')], mails))).toMatchObject({ details: { effects: 3 } })
  })

  it('count as done where the step failed after it was called, and not where the account was refused', async () => {
    for (const [code, isRetryable, effects] of [
      ['TASK_FAILED', false, 3],
      ['TASK_FAILED', true, 3],
      ['WORKER_LOST', true, 3],
      ['RESULT_INVALID', false, 3],
      ['AUTH_FAILED', false, 2],
    ] as const) {
      const { journal, send, sent, refused } = mailing()
      const failing = send('one', {
        retry: { maxAttempts: 1 },
        onInterrupted: 'rerun',
        run: async (mail) => {
          sent.push(mail)
          if (mail !== 'b') return mail
          throw new Failure(code, 'no', { retryable: isRetryable, ...(code === 'AUTH_FAILED' && { kind: 'auth' }) })
        },
      })
      const report = await run(planOf([failing], mails, { concurrency: 1 }), { journal })
      expect(report.tally).toMatchObject(code === 'AUTH_FAILED' ? {} : { done: 2, failed: 1 })
      const done = code === 'AUTH_FAILED' ? report.tally.done : effects
      expect(await refused(planOf([send('mended')], mails))).toMatchObject({ details: { effects: done } })
    }
  })

  it('do not count where nothing had been called: what cannot be prepared fails before', async () => {
    const { journal, send, sent } = mailing()
    const prepare = (): never => {
      throw new Failure('INVALID_INPUT', 'nothing to send')
    }
    expect(await run(planOf([send('one', { prepare })], mails), { journal })).toMatchObject({ tally: { failed: 3 } })
    await run(planOf([send('mended')], mails), { journal })
    expect(sent).toEqual(mails)
  })

  it('are known behind an expand and a collect', async () => {
    const parts = expand('parts', (mail) => [`${mail}1`, `${mail}2`])
    for (const [before, effects] of [
      [[parts], 6],
      [[parts, collect()], 1],
      [[collect(), expand('parts', () => ['x', 'y'])], 2],
    ] as const) {
      const { journal, send, refused } = mailing()
      const job = (code: string, inputs: readonly unknown[]) => planOf([...before, send(code)], inputs)
      await run(job('one', mails), { journal })
      expect(await refused(job('other', ['c', 'b', 'a', 'd']))).toMatchObject({ details: { effects } })
      await run(job('other', ['d', 'e']), { journal })
    }
  })

  it('are told by what the step is, whatever its name', async () => {
    const { journal, send, sent, refused } = mailing()
    await run(planOf([send('one')], mails), { journal })
    await run(planOf([send('one', { name: 'post' })], mails), { journal })
    expect(sent).toHaveLength(3)
    const renamed = (await refused(planOf([send('other', { name: 'post' })], mails))) as Failure
    expect(renamed.message).toMatch(/^post is not what it was in job-2: up to 3 /)
    const both = (await refused(planOf([send('other', { name: 'inform' })], mails))) as Failure
    expect(both.message).toMatch(/^inform is not what it was in job-2: post, or what it was, up to 3 /)
  })

  it('are none where a step with effects is new, or has none', async () => {
    const { journal, send, sent } = mailing()
    const bill = each('bill', (mail) => sent.push(`bill ${mail}`), { effects: true, version: 'bill' })
    await run(planOf([send('one')], mails), { journal })
    await run(planOf([send('one'), bill], mails), { journal })
    await run(planOf([send('one'), bill, send('two', { name: 'more', effects: false })], mails), { journal })
    expect(sent).toHaveLength(9)
    await run(planOf([send('one'), bill, send('three', { name: 'more', effects: false })], mails), { journal })
    expect(sent).toHaveLength(12)
  })

  it('are all done again by a run that begins anew, and by that alone', async () => {
    const { journal, job, sent, refused } = mailing()
    await run(job('one'), { journal })
    await run(job('other'), { journal, fresh: true })
    expect(sent).toEqual([...mails, ...mails])
    await run(job('other'), { journal })
    expect(await refused(job('one'))).toMatchObject({ details: { effects: 3 } })
    expect(sent).toHaveLength(6)
  })

  it('name no version that would not keep them', async () => {
    const { journal, send, refused } = mailing()
    await run(planOf([send('one')], mails), { journal })
    const versionWith = (other: string): string => `elsewise/${other}`
    const moved = send('one', { version: versionWith('one'), code: { name: 'one', versionWith } })
    const failure = (await refused(planOf([moved], mails))) as Failure
    expect(failure.message).toContain('make the step, or the version of its job, what it was; to do it again')
  })
})
