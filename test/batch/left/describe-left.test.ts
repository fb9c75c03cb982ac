import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openJobRun } from '../../../src/batch/durable/open-job-run.ts'
import type { JobPlan } from '../../../src/batch/job/plan.ts'
import { describeLeft } from '../../../src/batch/left/describe-left.ts'
import type { LeftDescription } from '../../../src/batch/left/left-description.ts'
import type { Step } from '../../../src/batch/steps/step.ts'
import { Failure } from '../../../src/core/failure.ts'
import type { Journal } from '../../../src/journal/journal.ts'
import { memoryJournal } from '../../../src/journal/memory-journal.ts'
import { collect, each, expand, filter, MemorySink, planOf } from '../../support/jobs.ts'
import { MortalJournal } from '../../support/mortal-journal.ts'
import { inputsOf, type RandomJob, randomJob, stepsOf } from '../../support/random-jobs.ts'

const costs = { estimate: () => ({ inputTokens: 10, outputTokens: 1, costUsd: 0.5 }) }

async function leftOf(plan: JobPlan, journal: Journal, most?: number): Promise<LeftDescription | undefined> {
  return describeLeft(plan, journal, await journal.runs(), { meanMs: {}, ...(most === undefined ? {} : { most }) })
}

function table({ steps }: LeftDescription): unknown[] {
  return steps.map(({ name, recorded, runs, costUsd }) => [name, recorded, runs, costUsd])
}

/** Steps that count the calls of each. */
function counted(steps: readonly Step[], calls: Map<string, number>): Step[] {
  return steps.map((step) => {
    if (!('run' in step)) return step
    const run = (async (input: never, context: never) => {
      calls.set(step.name, (calls.get(step.name) ?? 0) + 1)
      return step.run(input, context)
    }) as never
    return { ...step, run }
  })
}

describe('what is left of a job', () => {
  const numbers = (length: number): number[] => Array.from({ length }, (_, at) => at)
  const double = each('double', (n) => Number(n) * 2, costs)
  const show = each('show', (n) => `${n}`, costs)

  it('is all of it where nothing was run', async () => {
    const journal = memoryJournal()
    expect(await leftOf(planOf([double], numbers(3)), journal)).toBeUndefined()
  })

  it('of an unfinished run: settled items are counted, those under way are looked at', async () => {
    const mortal = new MortalJournal(memoryJournal())
    const stops = each('show', (n) => {
      if (n === 12) throw new Failure('TASK_FAILED', 'the network is gone')
      return n
    })
    const plan = planOf([double, { ...stops, ...costs }], numbers(20), { concurrency: 1, policy: 'fail-fast' })
    const { id, ended } = await openJobRun(plan, { journal: mortal.journal })
    expect((await ended).tally).toMatchObject({ done: 6, failed: 1 })
    const left = (await leftOf(plan, mortal.journal))!
    expect(left).toMatchObject({ run: id, items: { all: 20, settled: 7, recorded: 0, isSample: false } })
    expect(table(left)).toEqual([
      ['double', 7, 13, 6.5],
      ['show', 7, 13, 6.5],
    ])
    expect(left.total).toEqual({ inputTokens: 260, outputTokens: 26, costUsd: 13 })
  })

  it('is nothing of effects that were begun and have no result: somebody decides of them', async () => {
    for (const [onInterrupted, begun] of [
      ['fail', 1],
      ['ask', 1],
      ['rerun', 0],
    ] as const) {
      const mortal = new MortalJournal(memoryJournal())
      const send = each(
        'send',
        (n) => {
          if (n === 2) mortal.left = 0
          return n
        },
        { ...costs, effects: true, onInterrupted },
      )
      const plan = planOf([send], numbers(5), { concurrency: 1 })
      await (await openJobRun(plan, { journal: mortal.journal })).ended
      mortal.left = Number.POSITIVE_INFINITY
      const left = (await leftOf(plan, mortal.journal))!
      expect(left.steps[0]).toMatchObject({ name: 'send', runs: 3 - begun })
      const notes = [`send: 1 begun, without a result: onInterrupted decides (${onInterrupted})`]
      expect(left.notes.filter((note) => note.includes('begun'))).toEqual(begun === 1 ? notes : [])
    }
  })

  it('of a job that was finished: lines that were added, and steps that were changed with those behind them', async () => {
    const journal = memoryJournal()
    const steps = [double, show]
    await (await openJobRun(planOf(steps, numbers(20)), { journal })).ended
    const same = (await leftOf(planOf(steps, numbers(20)), journal))!
    expect(same).toMatchObject({ run: undefined, before: ['job-1'], items: { settled: 0, recorded: 20 } })
    expect(table(same)).toEqual([
      ['double', 20, 0, 0],
      ['show', 20, 0, 0],
    ])
    expect(table((await leftOf(planOf(steps, numbers(25)), journal))!)).toEqual([
      ['double', 20, 5, 2.5],
      ['show', 20, 5, 2.5],
    ])
    const changed = planOf([double, { ...show, version: 'another prompt' }], numbers(20))
    expect(table((await leftOf(changed, journal))!)).toEqual([
      ['double', 20, 0, 0],
      ['show', 0, 20, 10],
    ])
  })

  it('is estimated from items at equal distances where there are many', async () => {
    const journal = memoryJournal()
    await (await openJobRun(planOf([double], numbers(320)), { journal })).ended
    const left = (await leftOf(planOf([double], numbers(400)), journal, 20))!
    expect(left.items).toMatchObject({ all: 400, recorded: 320, isSample: true })
    expect(left.items.sampled).toBeLessThanOrEqual(40)
    expect(table(left)).toEqual([['double', 320, 80, 40]])
  })

  it('goes on behind a barrier only where all before it is recorded', async () => {
    const journal = memoryJournal()
    const report = each('report', () => 'text', {
      ...costs,
      prepare: ({ items }) => items!.map(({ last }) => last).join(),
    })
    const steps = [double, filter('some', ({ last }) => Number(last) % 4 === 0), collect(), report]
    await (await openJobRun(planOf(steps, numbers(20)), { journal })).ended
    expect(table((await leftOf(planOf(steps, numbers(20)), journal))!).at(-1)).toEqual(['report', 1, 0, 0])
    const more = (await leftOf(planOf(steps, numbers(21)), journal))!
    expect(table(more).at(-1)).toEqual(['report', 0, 1, 0.5])
    expect(more.notes).toContain('what comes behind collect needs all items: it is counted as not recorded')
  })

  it('counts what is recorded behind a barrier where all before it is settled', async () => {
    const journal = memoryJournal()
    let stop = (): void => {}
    const held = each('held', () => 1, {
      ...costs,
      prepare: ({ results }) => results.first,
      run: async (_, { signal }) => {
        const aborted = new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
        stop()
        return aborted
      },
    })
    const first = each('first', (all) => all, { ...costs, prepare: ({ items }) => items!.map(({ last }) => last) })
    const plan = planOf([double, collect(), { ...first, name: 'first' }, { ...held, uses: ['first'] }], numbers(6))
    const run = await openJobRun(plan, { journal })
    stop = () => run.cancel()
    expect(await run.ended).toMatchObject({ state: 'stopped', tally: { done: 6 } })
    const left = (await leftOf(plan, journal))!
    expect(left.items).toEqual({ all: 6, settled: 6, recorded: 0, sampled: 0, isSample: false })
    expect(table(left)).toEqual([
      ['double', 6, 0, 0],
      ['collect', 0, 0, 0],
      ['first', 1, 0, 0],
      ['held', 0, 1, 0.5],
    ])
  })

  it('is nothing of work that was begun and is not to be again', async () => {
    const mortal = new MortalJournal(memoryJournal())
    const send = (onInterrupted: 'fail' | 'ask') => {
      const run = async () => {
        mortal.left = 0
      }
      return { ...each('send', () => 1, { ...costs, effects: true, onInterrupted }), run }
    }
    const planned = (how: 'fail' | 'ask') => planOf([send(how)], numbers(3), { concurrency: 1 })
    await (await openJobRun(planned('fail'), { journal: mortal.journal })).ended
    mortal.left = Number.POSITIVE_INFINITY
    const left = (await leftOf(planned('fail'), mortal.journal))!
    expect([left.items.recorded, table(left)]).toEqual([1, [['send', 0, 2, 1]]])
    expect(table((await leftOf(planned('ask'), mortal.journal))!)).toEqual([['send', 0, 2, 1]])
  })

  it('is of no more items than the job is to read', async () => {
    const journal = memoryJournal()
    await (await openJobRun(planOf([double], numbers(20), { limit: 5 }), { journal })).ended
    const left = (await leftOf(planOf([double], numbers(20), { limit: 8 }), journal))!
    expect([left.items.all, left.items.recorded, table(left)]).toEqual([8, 5, [['double', 5, 3, 1.5]]])
  })

  it('takes each effect for one item', async () => {
    const journal = memoryJournal()
    const send = each('send', () => 'sent', { ...costs, effects: true })
    await (await openJobRun(planOf([send], ['a', 'b']), { journal })).ended
    expect(table((await leftOf(planOf([send], ['a', 'a', 'b', 'c']), journal))!)).toEqual([['send', 2, 2, 1]])
  })

  it('says how far what is left of the budget will go', async () => {
    const journal = memoryJournal()
    const stops = each('stops', (n) => {
      if (n === 5) throw new Failure('TASK_FAILED', 'no')
      return n
    })
    const budget = { tasks: 10 }
    const plan = planOf([stops], numbers(20), { concurrency: 1, policy: 'fail-fast', budget })
    await (await openJobRun(plan, { journal })).ended
    expect((await leftOf(plan, journal))!.notes).toContain(
      'expected 14 tasks does not fit what is left of the budget 4 tasks: about 4 of 14 items will be done',
    )
  })

  it('writes nothing', async () => {
    const mortal = new MortalJournal(memoryJournal())
    const plan = planOf([double, expand('pieces', () => [1, 2]), show], numbers(20))
    mortal.left = 50
    await (await openJobRun(plan, { journal: mortal.journal })).ended
    mortal.left = 0
    const before = JSON.stringify(await mortal.journal.runs())
    expect(await leftOf(plan, mortal.journal)).toMatchObject({ run: 'job-1' })
    expect(JSON.stringify(await mortal.journal.runs())).toBe(before)
  })
})

describe('whatever the job, and wherever its run ended', () => {
  /** What is said to be left, beside what the next life calls. */
  async function bothOf(job: RandomJob, inputs: readonly unknown[], then: readonly unknown[], after: number) {
    const mortal = new MortalJournal(memoryJournal())
    const calls = new Map<string, number>()
    const steps = counted(
      stepsOf(job, () => {}),
      calls,
    )
    const plan = (all: readonly unknown[]): JobPlan => {
      const output = { records: new MemorySink(), report: undefined, isOrdered: job.isOrdered, fields: undefined }
      return planOf(steps, all, { output, concurrency: job.concurrency })
    }
    mortal.left = after
    await (await openJobRun(plan(inputs), { journal: mortal.journal })).ended
    mortal.left = Number.POSITIVE_INFINITY
    calls.clear()
    const left = await leftOf(plan(then), mortal.journal)
    await (await openJobRun(plan(then), { journal: mortal.journal })).ended
    return { left, calls, steps }
  }

  const unique = (job: RandomJob): unknown[] => {
    return inputsOf(job).map((input, at) =>
      Failure.is(input) ? input : { n: at * 1_000 + (input as { n: number }).n },
    )
  }

  it('says of the first step how often it will run, and of the whole whether anything will', async () => {
    const lives = fc.record({ after: fc.nat(200), added: fc.nat(3) })
    await fc.assert(
      fc.asyncProperty(randomJob, lives, async (job, { after, added }) => {
        const inputs = unique(job)
        const more = Array.from({ length: added }, (_, at) => ({ n: 90_000 + at }))
        const { left, calls, steps } = await bothOf(job, inputs, [...inputs, ...more], after)
        if (left === undefined) return
        const [first] = steps
        if (first?.kind === 'each' || first?.kind === 'expand')
          expect(left.steps[0]!.runs).toBe(calls.get(first.name) ?? 0)
        const isSelecting = steps.some(({ kind }) => kind === 'select')
        const isNothing = left.steps.every(({ runs }) => runs === 0)
        if (isNothing && !isSelecting) expect([...calls]).toEqual([])
        if (!isNothing && left.notes.every((note) => !note.includes('needs all items')))
          expect(calls.size).toBeGreaterThan(0)
      }),
      { numRuns: 200 },
    )
  })
})
