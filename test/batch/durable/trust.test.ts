import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { JobRun, JobRunOptions } from '../../../src/batch/durable/job-run.ts'
import { openJobRun } from '../../../src/batch/durable/open-job-run.ts'
import type { JobPlan } from '../../../src/batch/job/plan.ts'
import { Failure } from '../../../src/core/failure.ts'
import { memoryJournal } from '../../../src/journal/memory-journal.ts'
import { each, expand, MemorySink, planOf, select } from '../../support/jobs.ts'
import { MortalJournal } from '../../support/mortal-journal.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const inputs = Array.from({ length: 20 }, (_, n) => n)
const all = { failed: true, dead: true, skipped: true }

async function run(plan: JobPlan, options: JobRunOptions) {
  await using job = await openJobRun(plan, options)
  return await job.ended
}

/** Of a plan whose step calls `called`, so many calls; then its user stops it. */
async function partly(
  plan: (called: () => void) => JobPlan,
  calls: number,
  options: JobRunOptions,
  how: 'drain' | 'cancel' = 'drain',
) {
  let left = calls
  let stop = (): void => {}
  const called = (): void => {
    left -= 1
    if (left === 0) stop()
  }
  const job: JobRun = await openJobRun(plan(called), options)
  stop = () => job[how]()
  return await job.ended
}

function counted(called: () => void, more: Partial<JobPlan> = {}): JobPlan {
  const step = each('count', (n) => {
    called()
    return n
  })
  return planOf([step], inputs, { concurrency: 1, ...more })
}

describe('what was done before', () => {
  it('is taken from all runs that have it, not from a trial of five items', async () => {
    const journal = memoryJournal()
    let calls = 0
    const called = (): void => {
      calls += 1
    }
    const plan = (more: Partial<JobPlan> = {}) => counted(called, more)
    await run(plan(), { journal })
    await run(plan({ limit: 5 }), { journal })
    calls = 0
    await run(plan(), { journal })
    expect(calls).toBe(0)
  })

  it('is taken from a run that has settled nothing yet, as its barrier was not reached', async () => {
    const journal = memoryJournal()
    let calls = 0
    const plan = (called: () => void, last: string) => {
      const { steps, ...rest } = counted(called)
      return { ...rest, steps: [...steps, select('some', () => true), each(last, (n) => n)] }
    }
    await partly((called) => plan(called, 'old'), 15, { journal })
    const called = (): void => {
      calls += 1
    }
    const report = await run(plan(called, 'new'), { journal })
    expect(report).toMatchObject({ id: 'job-2', tally: { done: 20 } })
    expect(calls).toBe(5)
  })

  it('is taken by a run, too, that died before it had settled anything', async () => {
    const mortal = new MortalJournal(memoryJournal())
    let calls = 0
    const count = (n: unknown): unknown => {
      calls += 1
      return n
    }
    const plan = (items: readonly unknown[]) => planOf([each('count', count), select('some', () => true)], items)
    await run(plan(inputs), { journal: mortal.journal })
    for (const left of [0, 1, 2]) {
      mortal.left = left
      await run(plan([...inputs, 'new']), { journal: mortal.journal })
    }
    mortal.left = Number.POSITIVE_INFINITY
    calls = 0
    const report = await run(plan([...inputs, 'new']), { journal: mortal.journal })
    expect(report).toMatchObject({ id: 'job-2', tally: { done: 21 } })
    expect(calls).toBe(1)
  })

  it('may be pruned while a run that took it is unfinished', async () => {
    const journal = memoryJournal()
    await run(
      counted(() => {}, { limit: 3 }),
      { journal },
    )
    const first = await partly((called) => counted(called), 5, { journal })
    await journal.prune(['job-1'])
    const second = await run(
      counted(() => {}),
      { journal },
    )
    expect(second).toMatchObject({ id: first.id, state: 'finished', tally: { done: 20 } })
  })
})

describe('what failed before', () => {
  it('is tried again by a new run where that may help; what is dead stays so until somebody says otherwise', async () => {
    const asked: unknown[] = []
    let isMended = false
    const ask = (n: unknown): unknown => {
      asked.push(n)
      if (isMended || n === 1) return n
      throw new Failure('TASK_FAILED', `no answer to ${n}`, { retryable: n === 2 })
    }
    for (const effects of [false, true]) {
      for (const name of ['first', 'second']) {
        const journal = memoryJournal()
        const job = `${name}-${effects}`
        isMended = false
        const steps = [
          ...(name === 'second' ? [each('before', (n) => n, { version: `${job} before` })] : []),
          each('ask', ask, { version: job, effects, onInterrupted: 'fail', retry: { maxAttempts: 1 } }),
        ]
        await run(planOf(steps, [1, 2, 3]), { journal })
        asked.length = 0
        const notes: string[] = []
        const again = await run(planOf(steps, [1, 2, 3]), { journal, onNote: (line) => notes.push(line) })
        expect(asked).toEqual([2])
        expect(again).toMatchObject({ state: 'finished', tally: { done: 1, failed: 2 } })
        expect(notes).toContain('1 that failed there may succeed, and are tried again')
        expect(notes).toContain(`1 that are dead stay so: weft retry ${again.id} --dead does them again`)
        asked.length = 0
        // The third run has it from the second.
        const third = await run(planOf(steps, [1, 2, 3, 1]), { journal })
        expect(asked).toEqual(effects ? expect.arrayContaining([1, 2]) : [2])
        expect(third.failures).toMatchObject([{ code: 'TASK_FAILED', count: 2 }])
        asked.length = 0
        isMended = true
        await run(planOf(steps, [1, 2, 3, 1]), { journal, runId: third.id, retry: { ...all, failed: false } })
        expect(asked).toEqual([3])
        asked.length = 0
        await run(planOf(steps, [1, 2, 3, 1]), { journal, fresh: true })
        expect(asked.sort()).toEqual(effects ? [1, 1, 2, 3] : [1, 2, 3])
      }
    }
  })
})

describe('what took longer than all its attempts may', () => {
  const hangs = { version: 'slow', timeoutMs: 60_000, totalTimeoutMs: 20 }
  const retry = { failed: true, dead: false, skipped: false }

  it('is tried again by weft retry --failed and by a new run, until that was in vain three times', async () => {
    for (const how of ['each', 'expand'] as const) {
      let asked = 0
      let isFast = false
      const slow = (n: unknown): unknown => {
        asked += 1
        return isFast ? [n] : new Promise(() => {})
      }
      const step = how === 'each' ? each('slow', slow, hangs) : expand('slow', slow as () => unknown[], hangs)
      const plan = planOf([step], [1])
      const journal = memoryJournal()
      const first = await run(plan, { journal })
      expect(first).toMatchObject({ tally: { failed: 1 }, failures: [{ code: 'TIMEOUT', count: 1 }] })
      const second = await run(plan, { journal })
      expect([second.id, asked]).toEqual(['job-2', 2])
      for (const times of [3, 4, 5, 5]) {
        await run(plan, { journal, runId: second.id, retry })
        expect(asked).toBe(times)
      }
      const other = memoryJournal()
      const failed = await run(plan, { journal: other })
      isFast = true
      expect(await run(plan, { journal: other, runId: failed.id, retry })).toMatchObject({ tally: { done: 1 } })
    }
  })

  it('stays as it is where it has effects, which it may have had', async () => {
    let asked = 0
    const slow = (): Promise<never> => {
      asked += 1
      return new Promise(() => {})
    }
    const plan = planOf([each('slow', slow, { ...hangs, effects: true, onInterrupted: 'fail' })], [1])
    const journal = memoryJournal()
    const first = await run(plan, { journal })
    await run(plan, { journal, runId: first.id, retry })
    expect(asked).toBe(1)
  })
})

describe('what was paid', () => {
  it('is known after a kill, though nothing is settled yet', async () => {
    const mortal = new MortalJournal(memoryJournal())
    let left = 15
    const pay = each('pay', () => {}, {
      run: async (n, context) => {
        context.addUsage({ costUsd: 1 })
        left -= 1
        if (left === 0) mortal.left = 0
        return n
      },
    })
    const plan = planOf([pay, select('some', () => true)], inputs, {
      concurrency: 1,
      budget: { costUsd: 100, tasks: 100 },
    })
    await run(plan, { journal: mortal.journal })
    mortal.left = Number.POSITIVE_INFINITY
    const job = await openJobRun(plan, { journal: mortal.journal })
    const report = await job.ended
    // The one that was answered when the process died is not known, and paid again.
    expect(report).toMatchObject({ state: 'finished', tally: { done: 20 }, usage: { costUsd: 20 } })
    expect(job.progress().budgetLeft).toMatchObject({ costUsd: 80, tasks: 79 })
  })
})

describe('work with effects', () => {
  const effects = { effects: true, onInterrupted: 'fail' } as const

  /** Sends each mail of a list. */
  function mailing(mails: readonly unknown[], sent: (mail: unknown) => void, more: Partial<JobPlan> = {}): JobPlan {
    const send = async (mail: unknown): Promise<string> => {
      sent(mail)
      return `${mail} sent`
    }
    return planOf([each('write', (mail) => mail), each('send', () => {}, { ...effects, run: send })], mails, more)
  }

  it('is done for each item, equal ones too, and once for each over all runs', async () => {
    const journal = memoryJournal()
    const sent: unknown[] = []
    const send = (mail: unknown): void => void sent.push(mail)
    await run(mailing(['a', 'a', 'b', 'a'], send), { journal })
    expect(sent.sort()).toEqual(['a', 'a', 'a', 'b'])
    for (const [mails, added] of [
      [
        ['x', 'a', 'a', 'b', 'a', 'a'],
        ['a', 'x'],
      ],
      [['a', 'a', 'a', 'a', 'b', 'b', 'x'], ['b']],
    ] as const) {
      sent.length = 0
      await run(mailing(mails, send), { journal })
      expect(sent.sort()).toEqual(added)
    }
  })

  it('is done once for each item over several lives', async () => {
    for (const left of Array.from({ length: 30 }, (_, at) => at)) {
      const mortal = new MortalJournal(memoryJournal())
      const sent: unknown[] = []
      const send = (mail: unknown): void => void sent.push(mail)
      await run(mailing(['a', 'a'], send), { journal: mortal.journal })
      mortal.left = left
      await run(mailing(['b', 'a', 'a', 'a'], send, { concurrency: 1 }), { journal: mortal.journal })
      mortal.left = Number.POSITIVE_INFINITY
      const report = await run(mailing(['b', 'a', 'a', 'a'], send, { concurrency: 1 }), { journal: mortal.journal })
      expect(report.state).toBe('finished')
      expect(sent.sort()).toEqual(report.tally.done === 4 ? ['a', 'a', 'a', 'b'] : expect.anything())
      expect(sent.filter((mail) => mail === 'a').length).toBeLessThanOrEqual(3)
      expect(report.tally.done + report.tally.failed).toBe(4)
    }
  })

  it('that was interrupted is not done again by another run, until somebody says so', async () => {
    const mortal = new MortalJournal(memoryJournal())
    const sent: unknown[] = []
    const send = (mail: unknown): void => void sent.push(mail)
    // The first mark, what was written, and the intent to send it.
    mortal.left = 4
    const first = await run(mailing(['a'], send), { journal: mortal.journal })
    expect(first.state).toBe('stopped')
    mortal.left = Number.POSITIVE_INFINITY
    sent.length = 0
    const { journal } = mortal
    // The input has changed, so these are new runs.
    for (const mails of [
      ['a', 'b'],
      ['a', 'b', 'c'],
    ]) {
      const report = await run(mailing(mails, send), { journal })
      expect(report).toMatchObject({ tally: { failed: 1 }, failures: [{ code: 'INTERRUPTED' }] })
    }
    expect(sent).toEqual(['b', 'c'])
    const report = await run(mailing(['a', 'b', 'c'], send), { journal, retry: all })
    expect(report).toMatchObject({ tally: { done: 3, failed: 0 } })
    expect(sent).toEqual(['b', 'c', 'a'])
  })

  it('that failed and waits to be tried again is not in the dark when its run is stopped', async () => {
    for (const how of ['drain', 'cancel'] as const) {
      const journal = memoryJournal()
      let calls = 0
      const plan = (called: () => void) => {
        const send = async (n: unknown): Promise<unknown> => {
          calls += 1
          if (calls > 1) return n
          setImmediate(called)
          throw new Failure('OVERLOADED', 'not now', { retryable: true })
        }
        return planOf([each('send', () => {}, { ...effects, run: send, retry: { baseDelayMs: 60_000 } })], ['mail'])
      }
      expect(await partly(plan, 1, { journal }, how)).toMatchObject({ state: 'stopped' })
      const report = await run(
        plan(() => {}),
        { journal },
      )
      expect(report).toMatchObject({ state: 'finished', tally: { done: 1 }, interrupted: [] })
      expect(calls).toBe(2)
    }
  })
})

describe('an output that breaks between two marks', () => {
  it('has each record once when the run goes on, and the run each item', async () => {
    for (const isOrdered of [false, true]) {
      for (const [broken, at] of [
        ['append', 3],
        ['sync', 1],
        ['sync', 2],
      ] as const) {
        const journal = memoryJournal()
        const records = new MemorySink()
        const output = { records, report: undefined, isOrdered, fields: undefined }
        const turn = each('turn', () => {}, {
          run: async (n) => {
            for (let turns = 0; turns < 5; turns += 1) await new Promise(setImmediate)
            return n
          },
        })
        const plan = planOf([turn], inputs, { output, durability: 'power', concurrency: 1 })
        const whole = records[broken].bind(records) as () => Promise<never>
        let left: number = at
        records[broken] = async (...args: unknown[]) => {
          left -= 1
          if (left === 0) throw new Failure('OUTPUT_FAILED', 'no space left')
          return (whole as (...all: unknown[]) => Promise<never>)(...args)
        }
        const first = await run(plan, { journal })
        expect(first).toMatchObject({ state: 'stopped', broken: { code: 'OUTPUT_FAILED' } })
        left = Number.POSITIVE_INFINITY
        const second = await run(plan, { journal, runId: first.id })
        expect(second).toMatchObject({ state: 'finished', tally: { in: 20, done: 20, cancelled: 0 } })
        expect(records.records.map(({ id }) => Number(id)).sort((one, other) => one - other)).toEqual(inputs)
      }
    }
  })
})

it('counts no item twice that was written again in a life that was stopped at once', async () => {
  for (const isOrdered of [false, true]) {
    for (let left = 4; left < 55; left += 3) {
      const mortal = new MortalJournal(memoryJournal())
      const records = new MemorySink()
      const output = { records, report: undefined, isOrdered, fields: undefined }
      const plan = counted(() => {}, { output, concurrency: 4 })
      mortal.left = left
      const first = await run(plan, { journal: mortal.journal })
      mortal.left = Number.POSITIVE_INFINITY
      const append = records.append.bind(records)
      // All is to be written again, to another place, say.
      records.text = ''
      await run(plan, { journal: mortal.journal, runId: first.id, signal: AbortSignal.abort() })
      records.text = ''
      let room = 1
      records.append = async (given) => {
        room -= 1
        if (room < 0) throw new Failure('OUTPUT_FAILED', 'no space left')
        return append(given)
      }
      await run(plan, { journal: mortal.journal, runId: first.id })
      records.append = append
      const last = await run(plan, { journal: mortal.journal })
      expect(last.id).toBe(first.id)
      expect(last).toMatchObject({ state: 'finished', tally: { in: 20, done: 20 } })
      expect(records.records.map(({ id }) => Number(id)).sort((one, other) => one - other)).toEqual(inputs)
    }
  }
})

describe('a result', () => {
  it('that is lost from the disk is made again when somebody says so', async () => {
    await using folder = await tempFolder()
    const large = 'x'.repeat(100_000)
    let calls = 0
    const plan = (called: () => void) => {
      const make = each('make', (n) => {
        calls += 1
        called()
        return `${n} ${large}`
      })
      const measure = each('measure', (text) => String(text).length)
      return planOf([make, measure], [1, 2], { concurrency: 1, journalFolder: folder.path })
    }
    await partly(plan, 1, {})
    await rm(join(folder.path, 'values'), { recursive: true })
    const lost = await run(
      plan(() => {}),
      {},
    )
    expect(lost).toMatchObject({
      state: 'finished',
      tally: { done: 1, failed: 1 },
      failures: [{ code: 'JOURNAL_CORRUPT' }],
    })
    calls = 0
    const again = await run(
      plan(() => {}),
      { retry: all },
    )
    expect(again).toMatchObject({ state: 'finished', tally: { in: 2, done: 2, failed: 0 } })
    expect(calls).toBe(1)
  })

  it('that comes when its run was cancelled already is kept', async () => {
    const journal = memoryJournal()
    let calls = 0
    const plan = (called: () => void) => {
      const give = async (n: unknown, { signal }: { readonly signal: AbortSignal }): Promise<unknown> => {
        calls += 1
        const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve))
        setImmediate(called)
        if (calls === 1) await aborted
        return n
      }
      return planOf([each('give', () => {}, { run: give, effects: true, onInterrupted: 'fail' })], ['answer'])
    }
    expect(await partly(plan, 1, { journal }, 'cancel')).toMatchObject({ state: 'stopped', tally: { cancelled: 1 } })
    const report = await run(
      plan(() => {}),
      { journal },
    )
    expect(report).toMatchObject({ tally: { done: 1 }, interrupted: [] })
    expect(calls).toBe(1)
  })

  it('that JSON has no words for fails its item', async () => {
    const circle: Record<string, unknown> = {}
    circle.self = circle
    const odd = [Number.NaN, { deep: [Number.POSITIVE_INFINITY] }, 1n, () => 1, Symbol('odd'), circle]
    const sound = [undefined, null, { none: undefined, nil: null }, [undefined], 'null', new Date(0)]
    const records = new MemorySink()
    const output = { records, report: undefined, isOrdered: true, fields: undefined }
    const values = [...odd, ...sound]
    await run(planOf([each('give', (n) => values[Number(n)])], [...values.keys()], { output }), { journal: 'memory' })
    expect(records.records.map(({ failure, value }) => failure?.code ?? value)).toEqual([
      ...odd.map(() => 'RESULT_INVALID'),
      null,
      null,
      { nil: null },
      [null],
      'null',
      '1970-01-01T00:00:00.000Z',
    ])
  })
})

describe('a run that goes on otherwise than it began', () => {
  it('keeps the order of its output', async () => {
    for (const isOrdered of [false, true]) {
      const journal = memoryJournal()
      const records = new MemorySink()
      const plan = (called: () => void, isOrderedNow: boolean) => {
        const output = { records, report: undefined, isOrdered: isOrderedNow, fields: undefined }
        return counted(called, { output })
      }
      await partly((called) => plan(called, isOrdered), 8, { journal })
      const notes: string[] = []
      const report = await run(
        plan(() => {}, !isOrdered),
        { journal, onNote: (line) => notes.push(line) },
      )
      expect(report).toMatchObject({ id: 'job-1', tally: { in: 20, done: 20 } })
      expect(records.records.map(({ id }) => Number(id)).sort((one, other) => one - other)).toEqual(inputs)
      expect(notes.join()).toContain('its records go on')
    }
  })

  it('is not finished by another limit than its own, wherever that lies', async () => {
    for (const limit of [5, 15, 20]) {
      const journal = memoryJournal()
      const seen = { calls: 0 }
      const plan = (more: Partial<JobPlan>, called = (): void => {}) =>
        counted(() => {
          seen.calls += 1
          called()
        }, more)
      await partly((called) => plan({}, called), 10, { journal })
      const trial = await run(plan({ limit }), { journal })
      expect(trial).toMatchObject({ id: 'job-2', state: 'finished', tally: { in: limit, done: limit } })
      expect(await journal.run('job-1')).toMatchObject({ state: 'stopped' })
      const whole = await run(plan({}), { journal })
      expect(whole).toMatchObject({ id: 'job-3', state: 'finished', tally: { in: 20, done: 20 } })
      expect(seen.calls).toBe(20)
    }
  })

  it('goes on with the limit that it began with', async () => {
    const journal = memoryJournal()
    await partly((called) => counted(called, { limit: 15 }), 10, { journal })
    const report = await run(
      counted(() => {}, { limit: 15 }),
      { journal },
    )
    expect(report).toMatchObject({ id: 'job-1', state: 'finished', tally: { in: 15, done: 15 } })
  })

  it('reads nothing of a longer input when what failed is done again', async () => {
    const journal = memoryJournal()
    let isMended = false
    const steps = [
      each('fragile', (n) => {
        if (n === 3 && !isMended) throw new Failure('TASK_FAILED', 'broken')
        return n
      }),
    ]
    await run(planOf(steps, inputs), { journal })
    isMended = true
    const report = await run(planOf(steps, [...inputs, 'more', 'and more']), { journal, retry: all })
    expect(report.tally).toEqual({ in: 20, done: 20, failed: 0, skipped: 0, cancelled: 0 })
  })
})
