import { describe, expect, it } from 'vitest'
import type { JobRunOptions } from '../../../src/batch/durable/job-run.ts'
import { openJobRun } from '../../../src/batch/durable/open-job-run.ts'
import type { JobPlan } from '../../../src/batch/job/plan.ts'
import { Failure } from '../../../src/core/failure.ts'
import { memoryJournal } from '../../../src/journal/memory-journal.ts'
import { rest } from '../../fixtures/manual-clock.ts'
import { collect, each, expand, MemorySink, planOf, select, sourceOf } from '../../support/jobs.ts'
import { MortalJournal } from '../../support/mortal-journal.ts'

const inputs = Array.from({ length: 20 }, (_, n) => n)

async function run(plan: JobPlan, options: JobRunOptions) {
  await using job = await openJobRun(plan, options)
  return await job.ended
}

describe('retrying a run that has ended', () => {
  it('does what failed again, and writes the whole output anew in the order of the input', async () => {
    const journal = memoryJournal()
    const records = new MemorySink()
    let isMended = false
    const calls: unknown[] = []
    const steps = [
      expand('halves', (n) => [Number(n), Number(n) + 0.5]),
      each('fragile', (n) => {
        calls.push(n)
        if (!isMended && Number(n) % 5 === 0) throw new Failure('TASK_FAILED', 'broken')
        return n
      }),
    ]
    const plan = planOf(steps, inputs, { output: { records, report: undefined, isOrdered: false, fields: undefined } })
    const first = await run(plan, { journal })
    expect(first.derived).toMatchObject({ in: 40, done: 36, failed: 4 })
    isMended = true
    calls.length = 0
    const again = await run(plan, { journal, retry: { failed: true, dead: true, skipped: false } })
    expect(again).toMatchObject({
      id: first.id,
      state: 'finished',
      derived: { in: 40, done: 40, failed: 0 },
      failures: [],
    })
    expect(again.tally).toEqual({ in: 20, done: 20, failed: 0, skipped: 0, cancelled: 0 })
    expect(calls).toEqual([0, 5, 10, 15])
    expect(records.records.map(({ value }) => value)).toEqual(inputs.flatMap((n) => [n, n + 0.5]))
  })

  it('writes of what came up to a collect what it wrote before: what that gave is not its own', async () => {
    const journal = memoryJournal()
    const records = new MemorySink()
    const steps = [each('same', (n) => n), collect('all')]
    const output = { records, report: undefined, isOrdered: true, fields: ['same', 'all'] }
    const plan = planOf(steps, [7, 8], { output })
    await run(plan, { journal })
    const before = records.records.map(({ value }) => value)
    expect(before.slice(0, 2)).toEqual([
      { same: 7, all: null },
      { same: 8, all: null },
    ])
    await run(plan, { journal, retry: { failed: true, dead: false, skipped: false } })
    expect(records.records.map(({ value }) => value)).toEqual(before)
  })

  it('does what a barrier made of it again, too', async () => {
    const journal = memoryJournal()
    const report = new MemorySink()
    let isMended = false
    const steps = [
      each('fragile', (n) => {
        if (!isMended && n === 3) throw new Failure('TASK_FAILED', 'broken')
        return n
      }),
      collect(),
      each('sum', (all) => (all as number[]).reduce((one, other) => one + other), {
        prepare: ({ items }) => items!.map(({ last }) => last),
      }),
    ]
    const output = { records: new MemorySink(), report, isOrdered: false, fields: undefined }
    const plan = planOf(steps, inputs, { output })
    await run(plan, { journal })
    isMended = true
    const again = await run(plan, { journal, retry: { failed: true, dead: true, skipped: false } })
    expect(again).toMatchObject({ state: 'finished', tally: { in: 20, done: 20 }, derived: { in: 1, done: 1 } })
    expect(report.records.map(({ value }) => value)).toEqual([190])
  })
})

describe('a run of a job that was run before', () => {
  it('takes what is the same, wherever it stands', async () => {
    const journal = memoryJournal()
    const calls: unknown[] = []
    const steps = [each('count', (n) => calls.push(n) && n)]
    await run(planOf(steps, inputs), { journal })
    calls.length = 0
    const second = await run(planOf(steps, ['new', ...inputs]), { journal })
    expect(calls).toEqual(['new'])
    expect(second).toMatchObject({ id: 'job-2', tally: { in: 21, done: 21 } })
    calls.length = 0
    await run(planOf(steps, inputs), { journal, fresh: true })
    expect(calls).toHaveLength(20)
  })

  it('goes on with no run whose input has changed', async () => {
    const mortal = new MortalJournal(memoryJournal())
    mortal.left = 10
    const steps = [each('count', (n) => n)]
    const first = await run(planOf(steps, inputs), { journal: mortal.journal })
    mortal.left = Number.POSITIVE_INFINITY
    const other = planOf(steps, [...inputs, 'more'])
    const refused = openJobRun(other, { journal: mortal.journal, runId: first.id })
    await expect(refused).rejects.toMatchObject({ code: 'INPUT_CHANGED' })
    await expect(openJobRun(other, { journal: mortal.journal, runId: 'job-9' })).rejects.toMatchObject({
      code: 'RUN_UNKNOWN',
    })
  })
})

describe('going on with a run', () => {
  it('takes what later runs have done since, but for what began anew', async () => {
    const mortal = new MortalJournal(memoryJournal())
    const { journal } = mortal
    const calls: unknown[] = []
    const notes: string[] = []
    const count = each('count', (n) => calls.push(n) && n)
    const plan = (more: Partial<JobPlan> = {}) => planOf([count], inputs, { concurrency: 1, ...more })
    mortal.left = 12
    const old = await run(plan(), { journal })
    mortal.left = Number.POSITIVE_INFINITY
    await run(plan({ limit: 10 }), { journal })
    await run(plan({ source: sourceOf([...inputs.slice(5), 'more']) }), { journal })
    calls.length = 0
    const again = await run(plan(), { journal, runId: old.id, onNote: (line) => notes.push(line) })
    expect(again).toMatchObject({ id: old.id, state: 'finished', tally: { in: 20, done: 20 } })
    expect(calls).toEqual([])
    expect(notes).toEqual(['job-1 takes what job-3, job-2 have done since'])
    await run(plan({ limit: 3 }), { journal, fresh: true })
    expect(calls).toEqual([0, 1, 2])
  })

  it('that began anew and died at once begins anew still, effects included', async () => {
    const mortal = new MortalJournal(memoryJournal())
    const { journal } = mortal
    const calls: unknown[] = []
    const plan = (limit?: number) =>
      planOf(
        [each('send', (n) => calls.push(n) && n, { effects: true }), each('count', (n) => calls.push(n))],
        inputs,
        {
          concurrency: 1,
          limit,
        },
      )
    await run(plan(), { journal })
    calls.length = 0
    for (const left of [0, 1, 2]) {
      mortal.left = left
      await run(plan(3), { journal, fresh: left === 0 })
    }
    mortal.left = Number.POSITIVE_INFINITY
    expect(await run(plan(3), { journal })).toMatchObject({ id: 'job-2', state: 'finished' })
    expect(calls).toEqual([0, 0, 1, 1, 2, 2])
  })

  it('writes all records anew when the output is gone', async () => {
    const journal = memoryJournal()
    for (const isOrdered of [false, true]) {
      const steps = [each(`count ${isOrdered}`, (n) => n)]
      const records = new MemorySink()
      const plan = planOf(steps, inputs, { output: { records, report: undefined, isOrdered, fields: undefined } })
      let left = 8
      const stopping = {
        ...plan,
        concurrency: 1,
        steps: [
          each(`count ${isOrdered}`, (n) => {
            left -= 1
            if (left === 0) job.drain()
            return n
          }),
        ],
      }
      const job = await openJobRun(stopping, { journal })
      expect(await job.ended).toMatchObject({ state: 'stopped' })
      records.text = ''
      expect(await run(plan, { journal })).toMatchObject({ id: job.id, state: 'finished', tally: { in: 20, done: 20 } })
      expect(records.records.map(({ value }) => value).sort((one, other) => Number(one) - Number(other))).toEqual(
        inputs,
      )
    }
  })

  it('keeps what was read from a source that cannot be read again', async () => {
    const journal = memoryJournal()
    const steps = [each('count', (n) => n)]
    let isRead = false
    const source = sourceOf(inputs, { isReadable: false, items: sourceOf(inputs).items })
    const whole = source.items
    const once = {
      ...source,
      items: (...args: Parameters<typeof whole>) => {
        if (isRead) throw new Error('read twice')
        isRead = true
        return whole.call(source, ...args)
      },
    }
    let left = 8
    const stopping = planOf(
      [
        each('count', (n) => {
          left -= 1
          if (left === 0) job.drain()
          return n
        }),
      ],
      inputs,
      { source: once, concurrency: 1 },
    )
    const job = await openJobRun(stopping, { journal })
    expect(await job.ended).toMatchObject({ state: 'stopped' })
    const plan = { ...stopping, steps }
    expect(await run(plan, { journal, runId: job.id })).toMatchObject({ state: 'finished', tally: { done: 20 } })
  })

  it('stops where the output has no room, and loses nothing', async () => {
    const journal = memoryJournal()
    const records = new MemorySink()
    const plan = planOf([each('count', (n) => n)], inputs, {
      output: { records, report: undefined, isOrdered: false, fields: undefined },
    })
    const append = records.append.bind(records)
    records.append = async () => {
      throw new Failure('OUTPUT_FAILED', 'no space left')
    }
    const full = await run(plan, { journal })
    expect(full).toMatchObject({ state: 'stopped', broken: { code: 'OUTPUT_FAILED' } })
    expect(records.isClosed).toBe(true)
    records.append = append
    expect(await run(plan, { journal })).toMatchObject({ id: full.id, state: 'finished', tally: { in: 20, done: 20 } })
    expect(records.records).toHaveLength(20)
  })

  it('counts what earlier lives have used of its budget', async () => {
    const journal = memoryJournal()
    let left = 8
    const steps = [
      each('spend', async () => {}, {
        run: async (input, context) => {
          context.addUsage({ costUsd: 1 })
          left -= 1
          if (left === 0) job.drain()
          return input
        },
      }),
    ]
    const plan = planOf(steps, inputs, { concurrency: 1, budget: { costUsd: 10 } })
    const job = await openJobRun(plan, { journal })
    const first = await job.ended
    const second = await run(plan, { journal })
    expect(first.usage.costUsd).toBe(8)
    expect(second.usage.costUsd).toBe(10)
    expect(second.tally).toMatchObject({ done: 10 })
  })

  it('knows what was used by a life that was killed before anything was written', async () => {
    const mortal = new MortalJournal(memoryJournal())
    let isMortal = true
    let spent = 0
    const steps = [
      each('spend', async () => {}, {
        run: async (input, context) => {
          spent += 1
          context.addUsage({ inputTokens: 1000, costUsd: 0.5 })
          return input
        },
      }),
      each('wait', async (input) => {
        while (spent < inputs.length) await rest()
        await rest()
        if (isMortal) mortal.left = 0
        return input
      }),
    ]
    const plan = planOf(steps, inputs, { budget: { costUsd: 100 } })
    expect(await run(plan, { journal: mortal.journal })).toMatchObject({ broken: { code: 'JOURNAL_FAILED' } })
    isMortal = false
    mortal.left = Number.POSITIVE_INFINITY
    const second = await run(plan, { journal: mortal.journal })
    expect(second).toMatchObject({
      state: 'finished',
      tally: { done: 20 },
      usage: { inputTokens: 20_000, costUsd: 10 },
    })
  })
})

describe('work that was interrupted', () => {
  const effects = { effects: true } as const

  async function interrupted(onInterrupted: 'rerun' | 'fail' | 'ask', options: JobRunOptions = {}) {
    const mortal = new MortalJournal(memoryJournal())
    let calls = 0
    const plan = planOf(
      [
        each(
          'send',
          () => {
            calls += 1
          },
          { ...effects, onInterrupted },
        ),
      ],
      ['mail'],
    )
    // The first mark and the intent are recorded, and nothing after them.
    mortal.left = 2
    await run(plan, { journal: mortal.journal })
    mortal.left = Number.POSITIVE_INFINITY
    const report = await run(plan, { ...options, journal: mortal.journal })
    return { report, calls }
  }

  it('is done again where that does no harm', async () => {
    const { report, calls } = await interrupted('rerun')
    expect(calls).toBe(1)
    expect(report).toMatchObject({ state: 'finished', interrupted: [{ step: 'send', id: '0', became: 'rerun' }] })
  })

  it('fails where it is not to be done again', async () => {
    const { report, calls } = await interrupted('fail')
    expect(calls).toBe(0)
    expect(report).toMatchObject({
      state: 'finished',
      tally: { failed: 1 },
      failures: [{ code: 'INTERRUPTED', count: 1 }],
    })
  })

  it('waits for somebody who decides', async () => {
    expect((await interrupted('ask')).report).toMatchObject({ state: 'stopped', tally: { in: 1, cancelled: 1 } })
    const { report, calls } = await interrupted('ask', { askInterrupted: async () => 'rerun' })
    expect(calls).toBe(1)
    expect(report.state).toBe('finished')
  })

  it('is not done again behind a barrier and an expand either, where that was said, with effects or without', async () => {
    for (const barrier of [select('some', () => true), collect()]) {
      for (const hasEffects of [true, false]) {
        const mortal = new MortalJournal(memoryJournal())
        const { journal } = mortal
        const calls: unknown[] = []
        const plan = (dies: boolean) => {
          const look = (part: unknown): unknown => {
            calls.push(part)
            if (dies && part === 'b') mortal.left = 0
            return part
          }
          const parts = expand('parts', () => ['a', 'b', 'c'], { prepare: () => null })
          const last = each('look', look, { onInterrupted: 'fail', effects: hasEffects })
          return planOf([barrier, parts, last], ['mail'], { concurrency: 1 })
        }
        await run(plan(true), { journal })
        mortal.left = Number.POSITIVE_INFINITY
        const report = await run(plan(false), { journal })
        expect(calls).toEqual(['a', 'b', 'c'])
        expect(report).toMatchObject({ state: 'finished', derived: { failed: 1 }, failures: [{ code: 'INTERRUPTED' }] })
        expect(report.interrupted).toMatchObject([{ step: 'look', became: 'fail' }])
      }
    }
  })
})
