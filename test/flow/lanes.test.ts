import { queryObjects } from 'node:v8'
import { describe, expect, it, vi } from 'vitest'
import { Failure, type LaneHandle, type Resource, type TaskContext, type Timer, worker } from '../../src/index.ts'
import { LaneKey } from '../../src/schedule/lane-key.ts'
import { gate } from '../fixtures/gate.ts'
import { rest } from '../fixtures/manual-clock.ts'
import { clock, start, statuses, weft } from '../support/runtime.ts'

const tasks = worker<typeof import('../fixtures/workers/tasks.ts')>(
  new URL('../fixtures/workers/tasks.ts', import.meta.url),
)
const forever = (): Promise<never> => new Promise(() => {})

const one = { lanes: { one: { concurrency: 1 } } }

/** Notes in which order tasks begin; each takes one turn. */
class Order {
  readonly names: string[] = []

  readonly of =
    (name: string) =>
    async (item: unknown): Promise<void> => {
      this.names.push(name + String(item))
      await rest()
    }

  toString(): string {
    return this.names.join(' ')
  }
}

/** When each task began. */
class Begins {
  readonly at: number[] = []
  readonly work = (): void => void this.at.push(clock.now())
}

describe('a lane', () => {
  it('begins the highest priority first, of whatever run, and only then goes by turns', async () => {
    await start(one)
    const order = new Order()
    const held = gate()
    const first = weft.map([0], () => held.opened, { lane: 'one' })
    const runs = [
      weft.map([1, 2], order.of('low'), { lane: 'one', priority: -1 }),
      weft.map([1, 2], order.of('a'), { lane: 'one' }),
      weft.map([1, 2, 3], order.of('b'), { lane: 'one' }),
      weft.map([1, 2], order.of('high'), { lane: 'one', priority: 0.5 }),
    ]
    await rest()
    held.open()
    await Promise.all([first, ...runs])
    expect(String(order)).toBe('high1 high2 a1 b1 a2 b2 b3 low1 low2')
  })

  it('lets what came with a higher priority pass at the next slot', async () => {
    await start(one)
    const order = new Order()
    const low = weft.map([1, 2, 3], order.of('low'), { lane: 'one' })
    const high = weft.map([1, 2], order.of('high'), { lane: 'one', priority: 1 })
    await Promise.all([low, high])
    expect(String(order)).toBe('low1 high1 high2 low2 low3')
  })

  it('gives each root its turn, however many runs it has, and each of these runs its own', async () => {
    await start(one)
    const order = new Order()
    const held = gate()
    const blocker = weft.map([0], () => held.opened, { lane: 'one' })
    const tree = weft.map([1], async (_, context) => {
      const children = ['x', 'y'].map((name) => context.run.map([1, 2, 3], order.of(name), { lane: 'one' }))
      await Promise.all(children)
    })
    const other = weft.map([1, 2, 3, 4], order.of('b'), { lane: 'one' })
    await rest()
    held.open()
    await Promise.all([blocker, tree, other])
    expect(String(order)).toBe('x1 b1 y1 b2 x2 b3 y2 b4 x3 y3')
  })

  it('has at most 1,024 slots where nothing is said, and begins with a few', async () => {
    await start({ lanes: { api: { requestsPerMinute: 1e9 }, auto: { concurrency: 'auto', maxConcurrency: 3 } } })
    expect(weft.lane('auto').capacity).toBe(3)
    const run = weft.map(Array(3_000).fill(1), forever, { lane: 'api' })
    await rest()
    expect(weft.lane('api').toJSON()).toEqual({
      name: 'api',
      capacity: 1_024,
      running: 4,
      waiting: 0,
      paused: false,
      state: weft.lane('api').state,
    })
    expect(weft.lane('api').state).toMatchObject({ phase: 'slow-start', concurrency: 4, ceiling: 1_024 })
    run.cancel()
    await run
  })

  it('begins tasks on lane local whatever UV_THREADPOOL_SIZE says', async () => {
    vi.stubEnv('UV_THREADPOOL_SIZE', 'many')
    await start({ pool: { threads: 2 } })
    vi.unstubAllEnvs()
    expect(weft.lane('local').capacity).toBe(1)
    expect(statuses(await weft.map([1, 2], () => 1, { lane: 'local' }))).toEqual(['done', 'done'])
  })

  it.each([0, Number.NaN, -1])('cannot be set to %d slots', async (capacity) => {
    await start({ lanes: { model: { concurrency: 2 } } })
    const resource: Resource<AsyncDisposable> = {
      name: 'resizing',
      open: ({ lane }) => {
        lane('model').resize(capacity)
        return { [Symbol.asyncDispose]: async () => {} }
      },
    }
    const outcomes = await weft.map([1], (_, context) => context.open(resource), { lane: 'model' })
    expect(outcomes).toMatchObject([{ status: 'failed', failure: { code: 'INVALID_OPTION' } }])
    expect(weft.lane('model').capacity).toBe(2)
  })

  it('that nobody has heard of is refused', async () => {
    await start()
    expect(() => weft.lane('none')).toThrow(Failure)
    expect(weft.lanes().map(({ name }) => name)).toEqual(['anthropic', 'io', 'local', 'cpu'])
  })
})

describe('the rate of a lane', () => {
  it('is kept with a fifth to spare where nothing is said', async () => {
    await start({ lanes: { api: { requestsPerMinute: 75 }, all: { requestsPerMinute: 75, headroom: 1 } } })
    const begins = { api: new Begins(), all: new Begins() }
    const runs = (['api', 'all'] as const).map((lane) => weft.map(Array(61).fill(1), begins[lane].work, { lane }))
    await clock.advance(62_000)
    await Promise.all(runs)
    expect(begins.api.at.at(-1)).toBeGreaterThanOrEqual(60_000)
    expect(begins.api.at.at(-1)).toBeLessThan(61_000)
    // Its burst is 1.25.
    expect(begins.all.at.at(-1)).toBeGreaterThanOrEqual((60 - 0.25) * 800)
    expect(begins.all.at.at(-1)).toBeLessThan(61 * 800)
  })

  it('counts retries as requests', async () => {
    await start({ lanes: { api: { requestsPerMinute: 60, headroom: 1 } } })
    const begins = new Begins()
    const run = weft.map(
      [1, 2],
      (_, { attempt }) => {
        begins.work()
        if (attempt < 3) throw new Failure('BUSY', 'busy', { retryable: true })
      },
      { lane: 'api', retry: { baseDelayMs: 0 } },
    )
    await clock.advance(6_000)
    expect(statuses(await run)).toEqual(['done', 'done'])
    for (const [index, at] of begins.at.entries()) expect(at).toBeGreaterThanOrEqual(index * 1_000)
    expect(begins.at).toHaveLength(6)
  })

  it('does not count attempts that go on after a call or a child run', async () => {
    await start({ lanes: { api: { requestsPerMinute: 60, headroom: 1 } }, pool: { threads: 1 } })
    const run = weft.map(
      [1],
      async (_, context) => {
        await context.call(tasks.double, 1)
        await context.run.map([1, 2], () => {})
        await context.call(tasks.double, 1)
        return clock.now()
      },
      { lane: 'api' },
    )
    expect(await run).toMatchObject([{ status: 'done', value: 0 }])
  })

  it('is waited for without a slot', async () => {
    await start({ lanes: { api: { concurrency: 1, requestsPerMinute: 60, headroom: 1 } } })
    const run = weft.map([1, 2], () => {}, { lane: 'api' })
    await clock.advance(500)
    expect(weft.lane('api').toJSON()).toMatchObject({ running: 0 })
    const parent = weft.map([1], (_, { run }) => run.map([1], () => clock.now(), { lane: 'api' }).then(statuses))
    await clock.advance(600)
    expect(statuses(await run)).toEqual(['done', 'done'])
    await clock.advance(1_000)
    await parent
  })

  it('by keys is one for each', async () => {
    await start({ lanes: { web: { perKey: { requestsPerMinute: 75, concurrency: 2 } } } })
    const at = { a: [] as number[], b: [] as number[] }
    const run = weft.map(
      ['a', 'a', 'a', 'b', 'b'] as const,
      (host) => {
        at[host].push(clock.now())
      },
      { lane: 'web', laneKey: (host) => host },
    )
    await clock.advance(0)
    expect(at).toEqual({ a: [0], b: [0] })
    await clock.advance(3_000)
    expect(statuses(await run)).toEqual(Array(5).fill('done'))
    expect(at.a.map((ms) => Math.floor(ms / 1_000))).toEqual([0, 1, 2])
    expect(at.b.map((ms) => Math.floor(ms / 1_000))).toEqual([0, 1])
  })

  it('by keys holds together with their concurrency', async () => {
    await start({ lanes: { web: { perKey: { requestsPerMinute: 600, concurrency: 1 }, headroom: 1 } } })
    const gates = [gate(), gate(), gate()]
    const begun: number[] = []
    const run = weft.map(
      [0, 1, 2],
      async (index) => {
        begun.push(index)
        await gates[index]!.opened
      },
      { lane: 'web', laneKey: () => 'host' },
    )
    await clock.advance(1_000)
    expect(begun).toEqual([0])
    gates[0]!.open()
    await rest()
    expect(begun).toEqual([0, 1])
    gates[1]!.open()
    gates[2]!.open()
    expect(statuses(await run)).toEqual(Array(3).fill('done'))
  })

  it('leaves no alarm behind for those that have gone', async () => {
    await start({ lanes: { api: { requestsPerMinute: 1 }, web: { perKey: { requestsPerMinute: 1 } } } })
    for (const options of [{ lane: 'api' }, { lane: 'web', laneKey: () => 'k' }]) {
      const run = weft.map([1, 2], () => {}, options)
      await rest()
      run.cancel()
      expect(statuses(await run)).toEqual(['done', 'cancelled'])
    }
    await clock.advance(200_000)
    expect(clock.pending).toBe(0)
  })
})

describe('rates of tokens', () => {
  const usesTokens = (inputTokens: number, begins: Begins) => (_: unknown, context: TaskContext) => {
    begins.work()
    context.addUsage({ inputTokens })
  }

  it('are reserved by estimate, so that no two attempts share what is there for one', async () => {
    await start({ lanes: { api: { inputTokensPerMinute: 1_000, headroom: 1 } } })
    const begins = new Begins()
    // The bucket holds 100 and fills by 100 in six seconds.
    const run = weft.map([1, 2, 3], usesTokens(100, begins), { lane: 'api', estimate: { inputTokens: 100 } })
    await clock.advance(12_600)
    await run
    expect(begins.at.map((ms) => Math.floor(ms / 6_000))).toEqual([0, 1, 2])
  })

  it('give back what was not used', async () => {
    await start({ lanes: { api: { outputTokensPerMinute: 1_000, headroom: 1 } } })
    const begins = new Begins()
    const work = (_: unknown, context: TaskContext): void => {
      begins.work()
      context.addUsage({ outputTokens: 0 })
    }
    const run = weft.map([1, 2, 3], work, { lane: 'api', estimate: { outputTokens: 90 } })
    await rest()
    expect(statuses(await run)).toEqual(Array(3).fill('done'))
    expect(begins.at).toEqual([0, 0, 0])
  })

  it('count what was reserved for a task that says nothing of what it used', async () => {
    await start({ lanes: { api: { outputTokensPerMinute: 1_000, headroom: 1 } } })
    const begins = new Begins()
    const run = weft.map([1, 2], begins.work, { lane: 'api', estimate: { outputTokens: 90 } })
    await rest()
    expect(begins.at).toEqual([0])
    await clock.advance(6_000)
    expect(statuses(await run)).toEqual(['done', 'done'])
  })

  it('let tasks of a kind that nothing is known of begin one after the other, until something is', async () => {
    await start({ lanes: { api: { inputTokensPerMinute: 1_000, headroom: 1 } } })
    const held = gate()
    const begins = new Begins()
    const work = async (_: unknown, context: TaskContext): Promise<void> => {
      begins.work()
      await held.opened
      context.addUsage({ inputTokens: 1 })
    }
    const run = weft.map(Array(20).fill(0), work, { lane: 'api' })
    await rest()
    expect(begins.at).toHaveLength(1)
    held.open()
    await rest()
    expect(statuses(await run)).toEqual(Array(20).fill('done'))
    expect(begins.at).toEqual(Array(20).fill(0))
  })

  it('take a debt from those that come next', async () => {
    await start({ lanes: { api: { inputTokensPerMinute: 1_000, headroom: 1 } } })
    const begins = new Begins()
    const run = weft.map([1, 2], usesTokens(500, begins), {
      lane: 'api',
      estimate: { inputTokens: 50 },
      concurrency: 1,
    })
    await clock.advance(26_400)
    expect(begins.at).toHaveLength(1)
    await clock.advance(1_200)
    await run
    expect(begins.at).toHaveLength(2)
  })

  it('learn what a kind uses where nobody says so', async () => {
    await start({ lanes: { api: { inputTokensPerMinute: 1_000, headroom: 1 } } })
    const begins = new Begins()
    const options = { lane: 'api', kind: 'ask' }
    await weft.map([1], usesTokens(80, new Begins()), options)
    await clock.advance(6_000)
    const run = weft.map([1, 2, 3], usesTokens(80, begins), options)
    await clock.advance(12_000)
    await run
    expect(begins.at.map((ms) => Math.round((ms - 6_000) / 600))).toEqual([0, 6, 14])
  })

  it('are settled by each attempt for itself', async () => {
    await start({ lanes: { api: { inputTokensPerMinute: 1_000, headroom: 1 } } })
    const begins = new Begins()
    const work = usesTokens(100, begins)
    const run = weft.map(
      [1],
      (_, context) => {
        work(_, context)
        if (context.attempt < 3) throw new Failure('BUSY', 'busy', { retryable: true })
      },
      { lane: 'api', estimate: { inputTokens: 100 }, retry: { baseDelayMs: 0 } },
    )
    await clock.advance(12_600)
    expect(await run).toMatchObject([{ status: 'done', usage: { inputTokens: 300 } }])
    expect(begins.at.map((ms) => Math.floor(ms / 6_000))).toEqual([0, 1, 2])
  })

  it('let one pass that is larger than they ever hold, when they are full', async () => {
    await start({ lanes: { api: { inputTokensPerMinute: 1_000, headroom: 1 } } })
    const begins = new Begins()
    const run = weft.map([250, 10, 10], begins.work, {
      lane: 'api',
      estimate: (inputTokens) => ({ inputTokens }),
      concurrency: 1,
    })
    await clock.advance(18_000)
    expect(statuses(await run)).toEqual(Array(3).fill('done'))
  })

  it('refuse an estimate that is none: that input fails', async () => {
    await start({ lanes: { api: { inputTokensPerMinute: 6_000 } } })
    const run = weft.map([1, -1, Number.NaN], () => {}, {
      lane: 'api',
      estimate: (inputTokens) => ({ inputTokens }),
    })
    expect(await run).toMatchObject([
      { status: 'done' },
      { status: 'failed', failure: { code: 'INVALID_OPTION' } },
      { status: 'failed', failure: { code: 'INVALID_OPTION' } },
    ])
  })
})

describe('usage that is none', () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1])('is refused, and the lane goes on: %d', async (inputTokens) => {
    await start({ lanes: { model: { inputTokensPerMinute: 6_000 } } })
    const report = (tokens: number, context: TaskContext): void => context.addUsage({ inputTokens: tokens })
    const options = { lane: 'model', retry: { maxAttempts: 1 } }
    expect(await weft.map([inputTokens, 1], report, options)).toMatchObject([
      { status: 'failed', failure: { code: 'INVALID_INPUT' } },
      { status: 'done' },
    ])
    expect(await weft.map([1], () => 1, { ...options, estimate: () => ({ inputTokens }) })).toMatchObject([
      { status: 'failed', failure: { code: 'INVALID_OPTION' } },
    ])
  })
})

it('a rate of a key keeps the process alive only while somebody waits for it', async () => {
  let isHeld = false
  const startTimer = (ring: () => void, delayMs: number): Timer => {
    const timer = clock.startTimer(ring, delayMs)
    isHeld = true
    return {
      stop: () => timer.stop(),
      hold: (alive) => {
        isHeld = alive
      },
    }
  }
  const lanes = { pages: { perKey: { requestsPerMinute: 1 } } }
  await start({ clock: { now: () => clock.now(), startTimer }, lanes })
  const run = weft.map([1, 2], (number) => number, { lane: 'pages', laneKey: () => 'host' })
  await rest()
  expect(isHeld).toBe(true)
  run.cancel()
  expect(await run).toMatchObject([{ status: 'done' }, { status: 'cancelled' }])
  expect(isHeld).toBe(false)
})

describe('a lane that is paused', () => {
  const settled = async (promise: Promise<void>): Promise<boolean> => {
    let is = false
    void promise.then(() => {
      is = true
    })
    await rest()
    return is
  }

  it('begins nothing, of whatever run, and goes on when it is resumed', async () => {
    await start(one)
    const lane: LaneHandle = weft.lane('one')
    lane.pause()
    expect(lane.paused).toBe(true)
    const runs = [weft.map([1, 2], () => rest(), { lane: 'one' }), weft.map([1], () => rest(), { lane: 'one' })]
    await clock.advance(10_000)
    expect(runs.map(({ progress }) => progress.waiting)).toEqual([2, 1])
    lane.resume()
    expect(lane.paused).toBe(false)
    for (const run of runs) expect(new Set(statuses(await run))).toEqual(new Set(['done']))
  })

  it('lets attempts go on that wait for child runs or calls, on it and beside it', async () => {
    await start({ lanes: { one: { concurrency: 1 }, other: {} }, pool: { threads: 1 } })
    const held = gate()
    const run = weft.map(
      [1],
      async (_, context) => {
        await context.run.map([1], () => held.opened, { lane: 'other' })
        return context.call(tasks.double, 21)
      },
      { lane: 'one' },
    )
    await rest()
    weft.lane('one').pause()
    held.open()
    expect(await run).toMatchObject([{ status: 'done', value: 42 }])
    weft.lane('one').resume()
  })

  it('keeps retries waiting', async () => {
    await start(one)
    const run = weft.map(
      [1],
      (_, { attempt }) => {
        if (attempt === 1) throw new Failure('BUSY', 'busy', { retryable: true })
      },
      { lane: 'one', retry: { baseDelayMs: 10 } },
    )
    await rest()
    weft.lane('one').pause()
    await clock.advance(1_000)
    expect(run.progress).toMatchObject({ waiting: 1, running: 0 })
    expect(weft.lane('one').waiting).toBe(1)
    weft.lane('one').resume()
    expect(await run).toMatchObject([{ status: 'done', attempts: 2 }])
  })

  it('does not keep runs from being cancelled', async () => {
    await start(one)
    weft.lane('one').pause()
    const run = weft.map([1, 2], forever, { lane: 'one' })
    run.cancel()
    expect(statuses(await run)).toEqual(['cancelled', 'cancelled'])
  })

  it('is drained when the last attempt has ended, those that wait for a child run included', async () => {
    await start({ lanes: { one: { concurrency: 1 }, other: {} } })
    expect(await settled(weft.lane('one').drain())).toBe(true)
    weft.lane('one').resume()
    const gates = [gate(), gate()]
    const run = weft.map(
      [1, 2],
      async (_, context) => {
        await context.run.map([1], () => gates[0]!.opened, { lane: 'other' })
        await gates[1]!.opened
      },
      { lane: 'one', concurrency: 1 },
    )
    await rest()
    expect(weft.lane('one').running).toBe(0)
    const drained = weft.lane('one').drain()
    expect(await settled(drained)).toBe(false)
    gates[0]!.open()
    expect(await settled(drained)).toBe(false)
    expect(weft.lane('one').running).toBe(1)
    gates[1]!.open()
    expect(await settled(drained)).toBe(true)
    expect(run.progress).toMatchObject({ done: 1, waiting: 1 })
    expect(weft.lane('one').paused).toBe(true)
    weft.lane('one').resume()
    expect(statuses(await run)).toEqual(['done', 'done'])
  })

  it('is drained when the last attempt has come back from a worker and ended', async () => {
    await start({ lanes: { one: { concurrency: 1 } }, pool: { threads: 1 } })
    const shared = new SharedArrayBuffer(4)
    const here = new Int32Array(shared)
    const run = weft.map([1], (_, context) => context.call(tasks.meet, { shared, threads: 2 }), { lane: 'one' })
    await rest()
    const drained = weft.lane('one').drain()
    expect(await settled(drained)).toBe(false)
    Atomics.add(here, 0, 1)
    Atomics.notify(here, 0)
    await drained
    // The outcome was there first.
    expect(run.progress).toMatchObject({ done: 1 })
    await run
  })

  it('is drained when attempts are given up while they wait for children, or to go on', async () => {
    await start({ lanes: { one: { concurrency: 1 }, other: {} } })
    const held = gate()
    const parent = weft.map(
      [1],
      async (_, context) => {
        await context.run.map([1], () => held.opened, { lane: 'other' })
      },
      { lane: 'one' },
    )
    await rest()
    const blocker = weft.map([1], forever, { lane: 'one' })
    await rest()
    const drained = weft.lane('one').drain()
    held.open()
    await rest()
    parent.cancel()
    await parent
    expect(await settled(drained)).toBe(false)
    blocker.cancel()
    expect(await settled(drained)).toBe(true)
    await blocker
  })

  it('can be drained by several at once', async () => {
    await start(one)
    const held = gate()
    const run = weft.map([1], () => held.opened, { lane: 'one' })
    const both = [weft.lane('one').drain(), weft.lane('one').drain()]
    held.open()
    await Promise.all([...both, run])
  })
})

describe('keys that nobody uses any more', () => {
  it('are forgotten at once, those with a rate when others come', async () => {
    await start({
      lanes: {
        plain: { perKey: { concurrency: 1 } },
        rated: { perKey: { concurrency: 1, requestsPerMinute: 6_000 } },
      },
    })
    const inputs = Array.from({ length: 3_000 }, (_, index) => `key ${index}`)
    await weft.map(inputs, () => {}, { lane: 'plain', laneKey: (key) => key })
    expect(queryObjects(LaneKey)).toBe(0)
    await weft.map(inputs, () => {}, { lane: 'rated', laneKey: (key) => key })
    await clock.advance(60_000)
    await weft.map(
      inputs.map((key) => `other ${key}`),
      () => {},
      { lane: 'rated', laneKey: (key) => key },
    )
    // All of the second batch, and of the first those that came after the last sweep.
    expect(queryObjects(LaneKey)).toBeLessThan(4_100)
  })
})
