import { describe, expect, it } from 'vitest'
import { Failure, type LaneTask, type Resource, type TaskContext, task, unwrap, values } from '../../src/index.ts'
import { gate } from '../fixtures/gate.ts'
import { rest } from '../fixtures/manual-clock.ts'
import { clock, start, statuses, weft } from '../support/runtime.ts'

type Defaults = LaneTask<number, unknown>['defaults']

function onModel<O>(
  run: (input: number, context: TaskContext) => O | Promise<O>,
  defaults?: Defaults,
  lane = 'model',
): LaneTask<number, O> {
  return { kind: 'lane-task', name: 'ask', lane, run, ...(defaults === undefined ? {} : { defaults }) }
}

const lanes = { model: { concurrency: 2 }, one: { concurrency: 1 } }

const double = onModel((n) => 2 * n)

describe('a lane task', () => {
  it('runs on its lane in a map, and is called what it is called', async () => {
    await start({ lanes })
    const seen: number[] = []
    const run = weft.map(
      [1, 2, 3],
      onModel(async (n) => {
        seen.push(weft.lane('model').running)
        await rest()
        return n
      }),
    )
    const outcomes = await run
    expect(values(outcomes)).toEqual([1, 2, 3])
    expect(outcomes[0]).toMatchObject({ name: 'ask' })
    expect(Math.max(...seen)).toBe(2)
    expect(Object.keys(run.stats().lanes)).toEqual(['model'])
  })

  it('runs in a pipeline, a graph, a race and by itself', async () => {
    await start({ lanes })
    expect(values(await weft.pipeline([1, 2]).step('double', double))).toEqual([2, 4])
    const one = task(() => 1)
    const two = task({ needs: { one }, input: ({ one }) => one }, double)
    expect(unwrap((await weft.graph({ one, two })).two)).toBe(2)
    expect((await weft.any([5], double)).winner).toMatchObject({ value: 10 })
    expect(await weft.call(double, 21)).toBe(42)
  })

  it('takes its defaults where the caller says nothing, and the caller wins', async () => {
    await start({ lanes })
    const forever = onModel(() => new Promise<never>(() => {}), { timeoutMs: 50 })
    const short = weft.map([1], forever, { retry: { maxAttempts: 1 } })
    await clock.advance(50)
    expect(await short).toMatchObject([{ status: 'failed', failure: { details: { limitMs: 50 } } }])
    const long = weft.map([1], forever, { retry: { maxAttempts: 1 }, timeoutMs: 80 })
    await clock.advance(80)
    expect(await long).toMatchObject([{ status: 'failed', failure: { details: { limitMs: 80 } } }])
  })

  it('takes no other lane than its own, and none that is not there', async () => {
    await start({ lanes })
    await expect(weft.map([1], double, { lane: 'one' })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('ask runs on lane model, not on one'),
    })
    expect(statuses(await weft.map([1], double, { lane: 'model' }))).toEqual(['done'])
    await expect(
      weft.map(
        [1],
        onModel(() => 1, {}, 'nowhere'),
      ),
    ).rejects.toMatchObject({ code: 'INVALID_OPTION' })
    await expect(
      weft.map(
        [1],
        onModel(() => 1, {}, 'cpu'),
      ),
    ).rejects.toMatchObject({ code: 'INVALID_OPTION' })
  })

  it('gives the failure, the reason or the cause of what weft.call was asked for', async () => {
    await start({ lanes })
    const failing = onModel(() => Promise.reject(new Failure('REQUEST_REFUSED', 'too long')))
    await expect(weft.call(failing, 1)).rejects.toMatchObject({ code: 'REQUEST_REFUSED' })
    await expect(weft.call(double, 1, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toMatchObject({
      code: 'CANCELLED',
    })
    await expect(weft.call(double, 1, { budget: { tasks: 0 } })).rejects.toMatchObject({ code: 'BUDGET_SPENT' })
  })
})

describe('context.call of a lane task', () => {
  it('gives the slot of its caller free meanwhile, and one back before it goes on', async () => {
    await start({ lanes })
    const held = gate()
    const ask = onModel(async (n) => {
      await held.opened
      return n
    })
    const running: number[] = []
    const run = weft.map(
      [1, 2],
      async (n, context) => {
        const answer = await context.call(ask, n)
        running.push(weft.lane('one').running)
        return answer
      },
      { lane: 'one' },
    )
    await rest()
    expect([weft.lane('one').running, weft.lane('model').running]).toEqual([0, 2])
    held.open()
    expect(values(await run)).toEqual([1, 2])
    expect(running).toEqual([1, 1])
  })

  it('adds what it used to its caller once, and to no rate twice', async () => {
    await start({ lanes: { ...lanes, model: { concurrency: 2, inputTokensPerMinute: 60_000, headroom: 1 } } })
    const ask = onModel(
      (_, context) => {
        context.addUsage({ inputTokens: 600, costUsd: 0.1 })
        return 1
      },
      { estimate: { inputTokens: 600 } },
    )
    const run = weft.map([1], (n, context) => context.call(ask, n).then(() => context.call(ask, n)), { lane: 'one' })
    const [outcome] = await run
    expect(outcome!.usage).toMatchObject({ inputTokens: 1_200, costUsd: 0.2 })
    expect(run.stats().usage).toMatchObject({ inputTokens: 1_200, costUsd: 0.2 })
    expect(weft.lane('model').state.rates.inputTokens!.level).toBeCloseTo(6_000 - 1_200)
  })

  it('may call others in turn, on the lane of its caller too', async () => {
    await start({ lanes })
    const inner = onModel((n) => n + 1, {}, 'one')
    const outer = onModel(async (n, context) => 10 * (await context.call(inner, n)))
    const run = weft.map([1, 2], (n, context) => context.call(outer, n), { lane: 'one' })
    expect(values(await run)).toEqual([20, 30])
  })

  it('is not retried by itself: its failure is that of the caller, which may be', async () => {
    await start({ lanes })
    let calls = 0
    const ask = onModel(() => {
      calls += 1
      if (calls < 3) throw new Failure('OVERLOADED', 'busy', { retryable: true })
      return calls
    })
    const run = weft.map([1], (n, context) => context.call(ask, n), { lane: 'one', retry: { baseDelayMs: 0 } })
    for (let turn = 0; turn < 4; turn += 1) {
      await rest()
      await clock.advance(10)
    }
    expect(await run).toMatchObject([{ status: 'done', value: 3, attempts: 3 }])
  })

  it('ends with its caller, and with its own limit', async () => {
    await start({ lanes })
    const reasons: string[] = []
    const forever = onModel(
      (_, { signal }) =>
        new Promise<never>((_, reject) => {
          signal.addEventListener('abort', () => {
            reasons.push((signal.reason as Failure).code)
            reject(signal.reason)
          })
        }),
    )
    const options = { lane: 'one', retry: { maxAttempts: 1 } }
    const limited = weft.map([1], (n, context) => context.call(forever, n, { timeoutMs: 30 }), options)
    await clock.advance(30)
    expect(await limited).toMatchObject([{ status: 'failed', failure: { code: 'TIMEOUT' } }])
    const cancelled = weft.map([1], (n, context) => context.call(forever, n), options)
    await rest()
    cancelled.cancel()
    expect(statuses(await cancelled)).toEqual(['cancelled'])
    await rest()
    expect(reasons).toEqual(['TIMEOUT', 'CANCELLED'])
  })

  it('refuses what has no lane of its own', async () => {
    await start({ lanes })
    const plain = ((n: number) => n) as never
    const run = weft.map([1], (n, context) => context.call(plain, n), { lane: 'one' })
    expect(await run).toMatchObject([{ status: 'failed', failure: { code: 'INVALID_INPUT' } }])
  })
})

describe('context.waitFor', () => {
  it('waits without a slot, and without its time limit running', async () => {
    await start({ lanes })
    const held = gate()
    const run = weft.map(
      [1, 2],
      async (n, context) => {
        if (n === 1) await context.waitFor(held.opened)
        return weft.lane('one').running
      },
      { lane: 'one', timeoutMs: 100 },
    )
    await clock.advance(1_000)
    expect(run.progress).toMatchObject({ done: 1 })
    expect(weft.lane('one').running).toBe(0)
    held.open()
    expect(values(await run)).toEqual([1, 1])
  })

  it('lets the limit of whoever called it stand, too', async () => {
    await start({ lanes })
    const held = gate()
    const waits: LaneTask<number, string> = {
      kind: 'lane-task',
      name: 'waits',
      lane: 'one',
      run: async (n, context) => {
        await context.waitFor(held.opened)
        return `waited ${n}`
      },
    }
    const run = weft.map([1], (n, context) => context.call(waits, n), { timeoutMs: 100 })
    await clock.advance(1_000)
    held.open()
    expect(values(await run)).toEqual(['waited 1'])
  })

  it('throws what it waited for, with its slot', async () => {
    await start({ lanes })
    const run = weft.map(
      [1],
      (_, context) =>
        context
          .waitFor(Promise.reject(new Error('gone')))
          .catch((error: Error) => [error.message, weft.lane('one').running]),
      { lane: 'one' },
    )
    expect(values(await run)).toEqual([['gone', 1]])
  })
})

describe('context.open', () => {
  const closed: string[] = []
  const resource = (name: string, opened: string[]): Resource<AsyncDisposable> => ({
    name,
    open: ({ cores, lane }) => {
      opened.push(`${name}, ${cores} cores, ${lane('model').capacity} at a time`)
      return { [Symbol.asyncDispose]: async () => void closed.push(name) }
    },
  })

  it('opens what all tasks of the runtime share, once; the runtime closes it', async () => {
    await start({ lanes, pool: { threads: 3 } })
    const opened: string[] = []
    const [client, model] = [resource('client', opened), resource('model', opened)]
    const ask = onModel(async (_, context) => {
      const first = await context.open(client)
      await context.open(model)
      return first === (await context.open(client))
    })
    expect(values(await weft.map([1, 2, 3], ask))).toEqual([true, true, true])
    expect(await weft.call(ask, 1)).toBe(true)
    expect(opened).toEqual(['client, 3 cores, 2 at a time', 'model, 3 cores, 2 at a time'])
    closed.length = 0
    await weft.close()
    expect(closed).toEqual(['model', 'client'])
    await start({ lanes })
    expect(await weft.call(ask, 1)).toBe(true)
    expect(opened).toHaveLength(4)
  })

  it('fails what asked for it when it does not open; a retry tries again', async () => {
    await start({ lanes })
    let tries = 0
    const flaky: Resource<AsyncDisposable> = {
      name: 'flaky',
      open: () => {
        tries += 1
        if (tries === 1) throw new Failure('MODEL_UNAVAILABLE', 'not yet', { retryable: true })
        return { [Symbol.asyncDispose]: async () => {} }
      },
    }
    const run = weft.map([1], (_, context) => context.open(flaky).then(() => tries), { retry: { baseDelayMs: 0 } })
    for (let turn = 0; turn < 4; turn += 1) {
      await rest()
      await clock.advance(10)
    }
    expect(await run).toMatchObject([{ status: 'done', value: 2, attempts: 2 }])
  })
})

describe('a call that cannot be made, or that ends at once', () => {
  const misuses = [
    ['of a lane that is not there', onModel(() => 1, undefined, 'nowhere')],
    ['of a function on lane cpu', onModel(() => 1, undefined, 'cpu')],
    [
      'with an estimate that throws',
      onModel(() => 1, {
        estimate: () => {
          throw new Error('no idea')
        },
      }),
    ],
  ] as const

  it.each(misuses)('%s leaves its caller with its slot and its limits', async (_, wrong) => {
    await start({ lanes: { model: {} } })
    let held = 0
    const run = weft.map(
      [1],
      async (_, context) => {
        await expect(context.call(wrong, 1)).rejects.toThrow()
        held = weft.lane('io').running
        await new Promise(() => {})
      },
      { timeoutMs: 1_000, retry: { maxAttempts: 1 } },
    )
    await rest()
    await clock.advance(1_000)
    expect(held).toBe(1)
    expect(await run).toMatchObject([{ status: 'failed', failure: { code: 'TIMEOUT' } }])
  })

  it('is waited for no more: what its caller waits for then is no time in a queue', async () => {
    await start({ lanes })
    const run = weft.map([1], async (_, context) => {
      await context.call(double, 1)
      await context.run.map([1], () => new Promise<void>((resolve) => clock.startTimer(resolve, 1_000)))
    })
    await rest()
    await clock.advance(1_000)
    expect(await run).toMatchObject([{ status: 'done', queuedMs: 0 }])
  })
})

describe('a call', () => {
  it('that takes too long is worth another attempt of its caller, whoever set the limit', async () => {
    await start({ lanes })
    const hangsOnce = (): LaneTask<number, string> => {
      let begun = 0
      return onModel(() => {
        begun += 1
        return begun === 1 ? new Promise<never>(() => {}) : 'answer'
      })
    }
    const [its, callers] = [hangsOnce(), hangsOnce()]
    const own = weft.map([1], (_, context) => context.call(its, 1, { timeoutMs: 100 }))
    await clock.advance(10_000)
    expect(await own).toMatchObject([{ status: 'done', value: 'answer', attempts: 2 }])
    const above = weft.map([1], (_, context) => context.call(callers, 1), { timeoutMs: 100 })
    await clock.advance(10_000)
    expect(await above).toMatchObject([{ status: 'done', value: 'answer', attempts: 2 }])
  })

  it('may start child runs of the key that its caller leads by: they do not wait for it', async () => {
    await start({ lanes })
    const same = { key: () => 'k', kind: 'same' }
    const inner = onModel(async (_, context) => values(await context.run.map([1], () => 'child', same)))
    const run = weft.map([1], (_, context) => context.call(inner, 1), same)
    await rest()
    run.cancel()
    expect(await run).toMatchObject([{ status: 'done', value: ['child'] }])
  })

  it.each([0, 1, 2])('may start child runs within the budget of its caller, %i calls further down', async (depth) => {
    await start({ lanes })
    let called = onModel(async (_, context) =>
      statuses(await context.run.map([1], () => 'child', { estimate: { inputTokens: 10 } })),
    )
    for (let level = 0; level < depth; level += 1) {
      const below = called
      called = onModel((n, context) => context.call(below, n))
    }
    const run = weft.map([1], (n, context) => context.call(called, n), {
      estimate: { inputTokens: 100 },
      budget: { tokens: 100 },
    })
    await rest()
    run.cancel()
    expect(await run).toMatchObject([{ status: 'done', value: ['done'] }])
  })

  it('of a second attempt may so, too', async () => {
    await start({ lanes: { model: { concurrency: 8 } } })
    const held = gate()
    const child = onModel(async (_, context) =>
      statuses(await context.run.map([1], () => 'child', { estimate: { inputTokens: 10 } })),
    )
    let begun = 0
    const run = weft.map(
      [1, 2],
      (n, context) => {
        begun += 1
        return n === 1 && begun === 1 ? held.opened.then(() => ['slow']) : context.call(child, n)
      },
      {
        estimate: { inputTokens: 50 },
        budget: { tokens: 100 },
        hedge: { afterMs: 100, maxExtra: 1 },
      },
    )
    await clock.advance(1_000)
    run.cancel()
    expect(await run).toMatchObject([
      { status: 'done', value: ['done'] },
      { status: 'done', value: ['done'] },
    ])
    held.open()
    await rest()
  })
})
