import { describe, expect, it } from 'vitest'
import type { JobReport, JobRunOptions } from '../../../src/batch/durable/job-run.ts'
import { openJobRun } from '../../../src/batch/durable/open-job-run.ts'
import type { JobPlan } from '../../../src/batch/job/plan.ts'
import type { Step } from '../../../src/batch/steps/step.ts'
import { memoryJournal } from '../../../src/journal/memory-journal.ts'
import { gate } from '../../fixtures/gate.ts'
import { collect, each, expand, planOf, select } from '../../support/jobs.ts'
import { MortalJournal } from '../../support/mortal-journal.ts'

type Answer = Awaited<ReturnType<NonNullable<JobRunOptions['askInterrupted']>>>

interface Lives {
  readonly before: readonly Step[]
  readonly behind?: readonly Step[]
  readonly inputs?: readonly unknown[]
  readonly timeoutMs?: number
}

/** A job that sends what comes, and dies in the midst of the first `b`, with nobody knowing whether that was sent. */
function dying({ before, behind = [], inputs = ['a', 'b', 'c'], timeoutMs }: Lives) {
  const mortal = new MortalJournal(memoryJournal())
  const sent: unknown[] = []
  let isFirst = true
  let sending = async (_mail: unknown): Promise<void> => {}
  const send = each('send', () => {}, {
    effects: true,
    onInterrupted: 'ask',
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    prepare: ({ last, items }) => last ?? items?.map((item) => item.last).join(''),
    run: async (mail) => {
      sent.push(mail)
      if (isFirst && String(mail).includes('b')) mortal.left = 0
      await sending(mail)
      return mail
    },
  })
  const live = async (options: JobRunOptions = {}, more: Partial<JobPlan> = {}): Promise<JobReport> => {
    const plan = planOf([...before, send, ...behind], inputs, { concurrency: 1, ...more })
    await using job = await openJobRun(plan, { journal: mortal.journal, ...options })
    const report = await job.ended
    isFirst = false
    mortal.left = Number.POSITIVE_INFINITY
    return report
  }
  return {
    live,
    sent,
    whileSending: (act: typeof sending) => {
      sending = act
    },
  }
}

const letters = ['a', 'b', 'c']
const parts = expand('parts', () => letters, { prepare: () => null })
const some = select('some', () => true)
const cases: readonly (Lives & { readonly name: string; readonly all: readonly unknown[]; readonly open: number })[] = [
  { name: 'no barrier', before: [], all: letters, open: 1 },
  { name: 'a selection', before: [some], all: letters, open: 1 },
  { name: 'a selection and an expand', before: [some, parts], inputs: ['all'], all: letters, open: 1 },
  { name: 'a collect', before: [collect()], inputs: ['a', 'b'], all: ['ab'], open: 1 },
  // What was collected is open, too, as long as one of its parts is.
  { name: 'a collect and an expand', before: [collect(), parts], all: letters, open: 2 },
]

describe('work that somebody has to decide about', () => {
  for (const { name, all, open, ...lives } of cases) {
    for (const answer of ['rerun', 'fail'] as const) {
      it(`stays open behind ${name} until somebody says ${answer}`, async () => {
        const isDerived = lives.before.some(({ kind }) => kind === 'expand' || kind === 'collect')
        const counted = ({ derived, tally }: JobReport) => (isDerived ? derived : tally)
        const { live, sent } = dying(lives)
        expect((await live()).broken).toMatchObject({ code: 'JOURNAL_FAILED' })
        for (let life = 0; life < 2; life += 1) {
          const report = await live()
          expect(report).toMatchObject({ id: 'job-1', state: 'stopped', broken: undefined })
          expect(report.interrupted).toMatchObject([{ step: 'send', became: 'ask' }])
          expect(counted(report)).toMatchObject({ failed: 0, cancelled: open })
        }
        const asked: Answer[] = []
        const decided = await live({ askInterrupted: async () => (asked.push(answer) ? answer : undefined) })
        expect(asked).toHaveLength(1)
        expect(decided).toMatchObject({ id: 'job-1', state: 'finished' })
        expect(counted(decided)).toMatchObject({ failed: answer === 'fail' ? 1 : 0, cancelled: 0 })
        const again = answer === 'fail' ? [] : all.filter((mail) => String(mail).includes('b'))
        expect(sent.map(String).sort()).toEqual([...all, ...again].map(String).sort())
      })
    }
  }

  it('keeps a barrier waiting that lies behind it; what is on meanwhile is finished and recorded', async () => {
    for (const last of [select('best', () => true), collect('all')]) {
      const { live, sent, whileSending } = dying({ before: [some], behind: [last] })
      await live()
      const [begun, answered] = [gate(), gate()]
      whileSending(async () => {
        begun.open()
        await answered.opened
        for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate)
      })
      const askInterrupted = async (): Promise<undefined> => {
        await begun.opened
        answered.open()
      }
      const report = await live({ askInterrupted }, { concurrency: 3 })
      expect(report).toMatchObject({ state: 'stopped', broken: { code: 'INTERRUPTED' } })
      const decided = await live({ askInterrupted: async () => 'fail' })
      expect(decided).toMatchObject({ state: 'finished', tally: { in: 3, done: 2, failed: 1 } })
      expect(sent).toEqual(letters)
    }
  })

  it('does not count as a failure that ends the run', async () => {
    const { live, sent } = dying({ before: [some] })
    await live()
    const report = await live({}, { policy: 'fail-fast' })
    expect(report).toMatchObject({ state: 'stopped', tally: { done: 2, failed: 0, cancelled: 1 } })
    expect(sent).toEqual(letters)
  })

  it('stays open when the time of its step is over before somebody has answered', async () => {
    const { live, sent } = dying({ before: [some], timeoutMs: 20 })
    await live()
    const thinking = Promise.withResolvers<Answer>()
    const report = await live({ askInterrupted: () => thinking.promise })
    thinking.resolve('rerun')
    expect(report).toMatchObject({ state: 'stopped', tally: { done: 2, failed: 0, cancelled: 1 } })
    expect(await live({ askInterrupted: async () => 'rerun' })).toMatchObject({ state: 'finished', tally: { done: 3 } })
    expect(sent).toEqual([...letters, 'b'])
  })
})
