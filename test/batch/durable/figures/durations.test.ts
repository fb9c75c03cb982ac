import { expect, it } from 'vitest'
import { accountOf } from '../../../../src/batch/durable/account.ts'
import { durationsOf } from '../../../../src/batch/durable/figures/durations.ts'
import { openJobRun } from '../../../../src/batch/durable/open-job-run.ts'
import type { RunRow } from '../../../../src/journal/journal.ts'
import { noMarks } from '../../../../src/journal/marks.ts'
import { memoryJournal } from '../../../../src/journal/memory-journal.ts'
import { each, filter, planOf } from '../../../support/jobs.ts'

type Took = readonly (readonly [name: string, version: string, ended: number, runMs: number])[]

function runOf(id: string, steps: Took): RunRow {
  const plan = JSON.stringify({ steps: steps.map(([name, version]) => ({ kind: 'each', name, version })) })
  const took = steps.map(([, , ended, runMs]) => ({ ended, runMs }))
  const marks = { ...noMarks, account: JSON.stringify({ book: { took } }) }
  return { id, name: 'job', plan, source: '', state: 'finished', createdAt: '', updatedAt: '', marks }
}

const steps = [each('page', () => 1), filter('some', () => true), each('answer', () => 1), each('new', () => 1)]

it('are those of the run that measured most, the same work before work of the same name', () => {
  const runs = [
    runOf('job-4', [['page', 'page', 0, 0]]),
    runOf('job-3', [
      ['page', 'page', 5, 500],
      ['answer', 'another prompt', 400, 4_000],
    ]),
    runOf('job-2', [
      ['page', 'page', 200, 40_000],
      ['answer', 'answer', 3, 6_000],
    ]),
    runOf('job-1', [['page', 'page of old', 9_000, 9_000]]),
  ]
  expect(durationsOf(steps, runs)).toEqual({
    meanMs: { page: 200, answer: 2_000 },
    measured: [
      { step: 'page', run: 'job-2', tasks: 200 },
      { step: 'answer', run: 'job-2', tasks: 3 },
    ],
  })
  expect(durationsOf(steps, runs.slice(0, 2)).meanMs).toEqual({ page: 100, answer: 10 })
  expect(durationsOf(steps, [])).toEqual({ meanMs: {}, measured: [] })
})

it('are not those of work that was cut short', async () => {
  const journal = memoryJournal()
  let stop = (): void => {}
  const held = each('held', () => 1, {
    run: async (_, { signal }) => {
      const aborted = new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      stop()
      return aborted
    },
  })
  const run = await openJobRun(planOf([held], [1]), { journal })
  stop = () => run.cancel()
  expect(await run.ended).toMatchObject({ state: 'stopped' })
  expect(durationsOf([held], await journal.runs())).toEqual({ meanMs: {}, measured: [] })
})

it('are counted over all lives of a run, what was found without running left out', async () => {
  const journal = memoryJournal()
  let isMended = false
  const work = each('double', (n) => {
    if (n === 6 && !isMended) throw new Error('the network is gone')
    return n
  })
  const inputs = Array.from({ length: 10 }, (_, at) => at)
  const plan = planOf([work], inputs, { concurrency: 1, policy: 'fail-fast' })
  const { id, ended } = await openJobRun(plan, { journal })
  await ended
  const endedTasks = async () => accountOf((await journal.run(id))!.marks).book!.took![0]!.ended
  expect(await endedTasks()).toBe(7)
  isMended = true
  await (await openJobRun({ ...plan, policy: 'settle' }, { journal })).ended
  expect(await endedTasks()).toBe(10)
  const again = await openJobRun(planOf([work], [...inputs, 10]), { journal })
  await again.ended
  expect(accountOf((await journal.run(again.id))!.marks).book!.took![0]!.ended).toBe(1)
  expect(durationsOf([work], await journal.runs()).measured).toEqual([{ step: 'double', run: id, tasks: 10 }])
})
