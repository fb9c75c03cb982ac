import { describe, expect, it } from 'vitest'
import { quorum } from '../../src/flow/run/policy.ts'
import { Failure, type Outcome, type TaskContext } from '../../src/index.ts'
import { gate } from '../fixtures/gate.ts'
import { rest } from '../fixtures/manual-clock.ts'
import { clock, start, statuses, weft } from '../support/runtime.ts'

const forever = (): Promise<never> => new Promise(() => {})

const count = (outcomes: readonly Outcome<unknown>[], status: string): number =>
  outcomes.filter((outcome) => outcome.status === status).length

/** Uses so much and ends in the next turn. */
const uses =
  (used: { inputTokens?: number; outputTokens?: number; costUsd?: number }) =>
  async (_: unknown, context: TaskContext): Promise<void> => {
    context.addUsage(used)
    await rest()
  }

function* endless(): Generator<number> {
  for (let number = 0; ; number += 1) yield number
}

describe('a budget of tokens', () => {
  it('lets begin what fits, and skips the rest with the limit that it met', async () => {
    await start()
    const run = weft.map([1, 2, 3, 4, 5], uses({ inputTokens: 20, outputTokens: 10 }), {
      budget: { tokens: 100 },
      estimate: { inputTokens: 20, outputTokens: 10 },
    })
    const outcomes = await run
    expect(statuses(outcomes)).toEqual(['done', 'done', 'done', 'skipped', 'skipped'])
    expect(outcomes[3]).toMatchObject({
      attempts: 0,
      cause: { code: 'BUDGET_SPENT', details: { limit: 'tokens', allowed: 100, spent: 90 } },
    })
    expect(run.stats()).toMatchObject({ attempts: 3, usage: { inputTokens: 60, outputTokens: 30 } })
  })

  it('keeps what does not fit beside those that run until they have ended: it may fit then', async () => {
    await start()
    const gates = [gate(), gate()]
    const begun: number[] = []
    const run = weft.map(
      [0, 1, 2],
      async (number, context) => {
        begun.push(number)
        context.addUsage({ inputTokens: 10 })
        await gates[number]?.opened
      },
      { budget: { tokens: 100 }, estimate: { inputTokens: 50 } },
    )
    await rest()
    expect(begun).toEqual([0, 1])
    gates[0]!.open()
    await rest()
    expect(begun).toEqual([0, 1])
    gates[1]!.open()
    expect(statuses(await run)).toEqual(['done', 'done', 'done'])
  })

  it('wakes a line that waits, of whatever run of the tree', async () => {
    await start()
    const held = gate()
    const order: string[] = []
    const budget = { tokens: 100 }
    const estimate = { inputTokens: 60 }
    const run = weft.map(
      ['one', 'other'],
      async (name, context) => {
        const child = context.run.map(
          [name],
          async (_, part) => {
            order.push(`begins ${name}`)
            if (name === 'one') await held.opened
            order.push(`ends ${name}`)
            part.addUsage({ inputTokens: 0 })
          },
          { estimate },
        )
        return statuses(await child)
      },
      { budget, estimate: {} },
    )
    await rest()
    expect(order).toEqual(['begins one'])
    held.open()
    expect((await run).map((outcome) => (outcome.status === 'done' ? outcome.value : outcome))).toEqual([
      ['done'],
      ['done'],
    ])
    expect(order).toEqual(['begins one', 'ends one', 'begins other', 'ends other'])
  })

  it('that was met exactly refuses what is expected to use nothing', async () => {
    await start()
    let calls = 0
    const run = weft.map(
      [1, 2, 3, 4],
      async (_, context) => {
        calls += 1
        context.addUsage({ outputTokens: 50 })
      },
      { budget: { tokens: 100 }, estimate: { outputTokens: 0 }, concurrency: 1 },
    )
    expect(statuses(await run)).toEqual(['done', 'done', 'skipped', 'skipped'])
    expect(calls).toBe(2)
  })

  it('learns what a kind uses where nobody says so', async () => {
    await start()
    const work = uses({ inputTokens: 40 })
    const run = weft.map([1, 2, 3, 4], work, { budget: { tokens: 100 }, concurrency: 1 })
    const outcomes = await run
    expect(statuses(outcomes)).toEqual(['done', 'done', 'skipped', 'skipped'])
    expect(run.stats().usage.inputTokens).toBe(80)
    const again = weft.map([1, 2, 3, 4], work, { budget: { tokens: 130 } })
    expect(count(await again, 'done')).toBe(3)
    expect(again.stats().usage.inputTokens).toBe(120)
  })

  it('counts what was used although the task failed, was tried again, or was given up', async () => {
    await start()
    const run = weft.map(
      [1, 2, 3],
      async (_, context) => {
        context.addUsage({ inputTokens: 30 })
        await forever()
      },
      {
        budget: { tokens: 100 },
        estimate: { inputTokens: 30 },
        concurrency: 1,
        timeoutMs: 10,
        retry: { maxAttempts: 3, baseDelayMs: 0 },
      },
    )
    await clock.advance(200)
    // The second begins while the first is backing off.
    expect(await run).toMatchObject([
      { status: 'failed', attempts: 3, usage: { inputTokens: 90 } },
      { status: 'failed', attempts: 3, usage: { inputTokens: 90 } },
      { status: 'skipped', cause: { code: 'BUDGET_SPENT', details: { spent: 180 } } },
    ])
  })
})

describe('a budget of money', () => {
  it('is met to the cent, whatever floating point makes of it', async () => {
    await start()
    const run = weft.map([1, 2, 3, 4, 5], uses({ costUsd: 0.1 }), {
      budget: { costUsd: 0.3 },
      estimate: { costUsd: 0.1 },
    })
    expect(statuses(await run)).toEqual(['done', 'done', 'done', 'skipped', 'skipped'])
  })

  it('that was met exactly refuses what is expected to cost nothing', async () => {
    await start()
    const run = weft.map([1, 2, 3, 4, 5], uses({ costUsd: 0.1 }), {
      budget: { costUsd: 0.2 },
      estimate: {},
      concurrency: 1,
    })
    expect(statuses(await run)).toEqual(['done', 'done', 'skipped', 'skipped', 'skipped'])
  })
})

describe('a budget of tasks', () => {
  it('ends an endless source', async () => {
    await start()
    const run = weft.map(endless(), (number) => number, { budget: { tasks: 5 } })
    const outcomes = await run
    expect(statuses(outcomes)).toEqual([...Array(5).fill('done'), 'skipped'])
    expect(outcomes[5]).toMatchObject({
      cause: { message: 'of a budget of 5 tasks, 5 tasks are spent: raise budget.tasks' },
    })
    const streamed = await Array.fromAsync(
      weft.stream(endless(), (number) => rest().then(() => number), { budget: { tasks: 5 } }),
    )
    expect(count(streamed, 'done')).toBe(5)
    expect(count(streamed, 'skipped')).toBe(1)
  })

  it('counts the tasks of child runs, and a task with all its attempts once', async () => {
    await start()
    const run = weft.map(
      [1, 2, 3],
      async (_, context) => {
        if (context.attempt === 1) throw Object.assign(new Error('again'), {})
        return statuses(await context.run.map([1, 2], () => {}))
      },
      { budget: { tasks: 4 }, concurrency: 1, retry: { maxAttempts: 1 } },
    )
    expect(statuses(await run)).toEqual(['failed', 'failed', 'failed'])
    const tree = weft.map([1, 2, 3], async (_, { run }) => statuses(await run.map([1, 2], () => {})), {
      budget: { tasks: 5 },
      concurrency: 1,
    })
    expect(await tree).toMatchObject([
      { status: 'done', value: ['done', 'done'] },
      { status: 'done', value: ['done', 'skipped'] },
      { status: 'skipped' },
    ])
    expect(tree.stats()).toMatchObject({ children: { in: 4, done: 3, skipped: 1 }, attempts: 5 })
  })

  it('of nothing begins nothing', async () => {
    await start()
    for (const budget of [{ tasks: 0 }, { tokens: 0 }, { costUsd: 0 }]) {
      expect(statuses(await weft.map([1, 2], forever, { budget }))).toEqual(['skipped', 'skipped'])
      expect(statuses(await weft.map(endless(), forever, { budget }))).toEqual(['skipped'])
    }
  })
})

describe('a spent budget', () => {
  it.each([
    ['said once', { inputTokens: 30 }],
    ['learned', undefined],
  ])('with room for less than a task is expected to use (%s) ends an endless source', async (_, estimate) => {
    await start()
    const run = weft.map(endless(), uses({ inputTokens: 30 }), {
      budget: { tokens: 100 },
      concurrency: 1,
      ...(estimate && { estimate }),
    })
    const outcomes = await run
    expect(count(outcomes, 'done')).toBe(3)
    expect(count(outcomes, 'skipped')).toBe(1)
  })

  it('goes on with smaller tasks where each has an estimate of its own', async () => {
    await start()
    const run = weft.map([60, 60, 30, 10, 1], (tokens, context) => context.addUsage({ inputTokens: tokens }), {
      budget: { tokens: 100 },
      estimate: (tokens) => ({ inputTokens: tokens }),
    })
    expect(statuses(await run)).toEqual(['done', 'skipped', 'done', 'done', 'skipped'])
  })

  it('refuses by one of the policies what is left', async () => {
    await start()
    const run = weft.map([1, 2, 3, 4], () => {}, { budget: { tasks: 1 }, policy: quorum(3) })
    const outcomes = await run
    expect(outcomes[0]).toMatchObject({ status: 'done' })
    expect(outcomes).toHaveLength(4)
    expect(run.stats().tally.in).toBe(4)
  })
})

describe('a budget of time', () => {
  it('begins nothing more when it is over, and lets end what runs', async () => {
    await start()
    const held = gate()
    const run = weft.map([1, 2, 3, 4], () => held.opened, { budget: { wallMs: 1_000 }, concurrency: 2 })
    await clock.advance(1_100)
    expect(run.progress).toMatchObject({ running: 2, skipped: 2 })
    held.open()
    const outcomes = await run
    expect(statuses(outcomes)).toEqual(['done', 'done', 'skipped', 'skipped'])
    expect(outcomes[3]).toMatchObject({ cause: { code: 'BUDGET_SPENT', details: { limit: 'wallMs', allowed: 1_000 } } })
  })

  it('of a stream runs from its start, not from when it was made', async () => {
    await start()
    const stream = weft.stream([1, 2], (number) => number, { budget: { wallMs: 1_000 } })
    await clock.advance(5_000)
    expect(statuses(await Array.fromAsync(stream))).toEqual(['done', 'done'])
  })

  it('names the limit that is over, whatever was refused before', async () => {
    await start()
    const held = gate()
    const run = weft.map([10, 500, 10, 10], () => held.opened, {
      budget: { wallMs: 1_000, tokens: 100 },
      estimate: (inputTokens) => ({ inputTokens }),
      concurrency: 1,
    })
    const late = weft.map([500, 10, 10], () => held.opened, {
      budget: { wallMs: 1_000, tokens: 100 },
      estimate: (inputTokens) => ({ inputTokens }),
      concurrency: 1,
    })
    await clock.advance(1_100)
    held.open()
    expect((await run)[3]).toMatchObject({ cause: { details: { limit: 'wallMs' } } })
    expect((await late)[2]).toMatchObject({ cause: { details: { limit: 'wallMs' } } })
  })

  it('holds for child runs: those that are on, and those that begin too late', async () => {
    await start()
    const held = gate()
    const children: string[][] = []
    const run = weft.map(
      ['on', 'late'],
      async (name, context) => {
        if (name === 'late') await new Promise<void>((resolve) => clock.startTimer(resolve, 2_000))
        const child = context.run.map([1, 2, 3], () => held.opened, { concurrency: 1 })
        children.push(statuses(await child))
      },
      { budget: { wallMs: 1_000 } },
    )
    await clock.advance(1_100)
    held.open()
    await clock.advance(1_000)
    expect(statuses(await run)).toEqual(['done', 'done'])
    expect(children).toEqual([
      ['done', 'skipped', 'skipped'],
      ['skipped', 'skipped', 'skipped'],
    ])
  })

  it('ends what waits for a rate and has not begun', async () => {
    await start({ lanes: { slow: { requestsPerMinute: 1 } } })
    const run = weft.map([1, 2, 3], () => {}, { lane: 'slow', budget: { wallMs: 1_000 } })
    await clock.advance(1_100)
    expect(statuses(await run)).toEqual(['done', 'skipped', 'skipped'])
  })

  it('ends each task once where a policy ends the run with the first of them', async () => {
    await start({ lanes: { x: { perKey: { concurrency: 1 } } } })
    const held = gate()
    const run = weft.map([1, 2, 3, 4, 5, 6], () => held.opened, {
      lane: 'x',
      laneKey: () => 'k',
      budget: { wallMs: 1_000, tasks: 10 },
      policy: quorum(3),
    })
    await clock.advance(1_100)
    held.open()
    const outcomes = await run
    expect(outcomes).toHaveLength(6)
    expect(run.stats().tally.in).toBe(6)
    expect(run.progress).toMatchObject({ running: 0, waiting: 0 })
  })
})

describe('a budget and child runs', () => {
  it('binds them together: the tree stays within it', async () => {
    await start()
    let used = 0
    const run = weft.map(
      Array.from({ length: 10 }, (_, index) => index),
      async (_, context) => {
        const child = context.run.map(
          [1, 2, 3],
          async (_, inner) => {
            inner.addUsage({ inputTokens: 7 })
            used += 7
            await rest()
          },
          { estimate: { inputTokens: 7 } },
        )
        return count(await child, 'done')
      },
      { budget: { tokens: 100 }, estimate: {} },
    )
    await run
    expect(used).toBe(98)
    expect(run.stats()).toMatchObject({ usage: { inputTokens: 98 }, children: { in: 30, done: 14, skipped: 16 } })
  })

  it('a child’s own budget binds the child alone', async () => {
    await start()
    const run = weft.map(
      [1, 2],
      async (_, context) => statuses(await context.run.map([1, 2, 3], () => {}, { budget: { tasks: 2 } })),
      { budget: { tasks: 100 } },
    )
    expect(await run).toMatchObject([{ value: ['done', 'done', 'skipped'] }, { value: ['done', 'done', 'skipped'] }])
  })

  it('never waits for what its parents have reserved: they wait for it', async () => {
    await start()
    const estimate = { inputTokens: 50 }
    const run = weft.map(
      [1, 2],
      async (_, context) => statuses(await context.run.map([1], uses({ inputTokens: 50 }), { estimate })),
      { budget: { tokens: 100 }, estimate },
    )
    await rest()
    await rest()
    expect(await run).toMatchObject([{ value: ['done'] }, { value: ['done'] }])
  })

  it('keep what is reserved for others when a task that has ended asks for a child run', async () => {
    await start()
    const asked = gate()
    let on = 0
    let most = 0
    const run = weft.map(
      [0, 1, 2, 3, 4],
      async (index, context) => {
        context.addUsage({ outputTokens: 0 })
        if (index === 0) {
          void rest().then(async () => {
            for (let time = 0; time < 3; time += 1) await context.run.map([1], () => 1).then(null, () => {})
            asked.open()
          })
          return
        }
        on += 1
        most = Math.max(most, on)
        await asked.opened
        await rest()
        on -= 1
      },
      { estimate: { outputTokens: 60 }, budget: { tokens: 100 } },
    )
    expect(statuses(await run)).toEqual(['done', 'done', 'done', 'done', 'done'])
    expect(most).toBe(1)
  })

  it('count what was expected of a task that says nothing of what it used', async () => {
    await start()
    const run = weft.map([1, 2, 3], () => 1, { estimate: { inputTokens: 60 }, budget: { tokens: 100 } })
    expect(statuses(await run)).toEqual(['done', 'skipped', 'skipped'])
  })
})

it('a task that is tried again comes before those that the budget has no room for while it is on', async () => {
  await start({ lanes: { model: { concurrency: 1 } } })
  const run = weft.map(
    [1, 2, 3],
    (_, { attempt }) => {
      if (attempt === 1) throw new Failure('NO', 'not yet', { retryable: true })
    },
    { lane: 'model', estimate: { inputTokens: 60 }, budget: { tokens: 100 }, retry: { baseDelayMs: 10 } },
  )
  await clock.advance(10_000)
  run.cancel()
  // The first one says nothing of what it used, so it used what was expected.
  expect(statuses(await run)).toEqual(['done', 'skipped', 'skipped'])
})

it('so does one that waits for its key', async () => {
  await start({ lanes: { model: { concurrency: 4, perKey: { concurrency: 1 } } } })
  const held = gate()
  const run = weft.map([1, 2, 3], () => held.opened, {
    lane: 'model',
    laneKey: (n) => (n < 3 ? 'one' : 'other'),
    estimate: { inputTokens: 40 },
    budget: { tokens: 100 },
  })
  await rest()
  held.open()
  await rest()
  run.cancel()
  expect(statuses(await run)).toEqual(['done', 'done', 'skipped'])
})
