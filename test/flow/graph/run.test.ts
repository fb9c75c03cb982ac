import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  createRuntime,
  Failure,
  type GraphContext,
  type Outcome,
  optional,
  type Run,
  type Runtime,
  type TaskHandle,
  task,
  values,
  worker,
} from '../../../src/index.ts'
import { gate } from '../../fixtures/gate.ts'
import { ManualClock, rest } from '../../fixtures/manual-clock.ts'

const tasks = worker<typeof import('../../fixtures/workers/tasks.ts')>(
  new URL('../../fixtures/workers/tasks.ts', import.meta.url),
)

let weft: Runtime
beforeEach(async () => {
  weft = await createRuntime({ lanes: { one: { concurrency: 1 }, two: { concurrency: 2 } } })
})
afterEach(async () => {
  expect(weft.lanes().map(({ running }) => running)).toEqual(weft.lanes().map(() => 0))
  await weft.close()
})

const broken = (): never => {
  throw new Error('broken')
}

function causeOf(outcome: Outcome<unknown>): Failure {
  if (outcome.status !== 'skipped') throw new Error(`expected it to be skipped, it is ${outcome.status}`)
  return outcome.cause
}

describe('a graph', () => {
  it('takes names that every object knows for what they are: names', async () => {
    const names = ['__proto__', 'constructor', 'toString']
    const needed = names.map((name) => [name, task(() => name)] as const)
    const all = task({ needs: names }, (needs) => names.map((name) => (needs as Record<string, unknown>)[name]))
    const outcomes: Record<string, Outcome<unknown>> = await weft.graph([...needed, ['all', all]])
    expect(Object.keys(outcomes)).toEqual([...names, 'all'])
    expect(Object.getPrototypeOf(outcomes)).toBe(Object.prototype)
    expect(values(names.map((name) => outcomes[name]!))).toEqual(names)
    expect(outcomes.all).toMatchObject({ status: 'done', value: names })
  })

  it('gives each task the values that it needs, and an outcome for each name', async () => {
    const markets = task(async () => ['north', 'south'])
    const rivals = task(() => 3)
    const report = task({ needs: { markets, rivals } }, async (needs) => `${needs.markets.join('+')} ${needs.rivals}`)
    const outcomes = await weft.graph({ markets, rivals, report })
    expect(outcomes.report).toMatchObject({ status: 'done', value: 'north+south 3', name: 'report', attempts: 1 })
    expect(Object.keys(outcomes)).toEqual(['markets', 'rivals', 'report'])
    expect(values(Object.values(outcomes))).toHaveLength(3)
  })

  it('starts each task the moment its last need is done, with no barrier', async () => {
    const slow = gate()
    const order: string[] = []
    const note = (name: string) => () => void order.push(name)
    const a = task(() => slow.opened)
    const b = task(note('b'))
    const c = task({ needs: { b } }, note('c'))
    const d = task({ needs: { a, c } }, note('d'))
    const run = weft.graph({ a, b, c, d })
    await rest()
    expect(order).toEqual(['b', 'c'])
    expect(run.progress).toEqual({ done: 2, failed: 0, skipped: 0, cancelled: 0, running: 1, waiting: 1 })
    slow.open()
    await run
    expect(order).toEqual(['b', 'c', 'd'])
  })

  it('pulls in what its tasks need, and knows names that come at run time', async () => {
    const pulled = task(() => 2)
    const outcomes = await weft.graph([
      ['a', task({ needs: { pulled } }, (needs) => needs.pulled + 1)],
      ['b', task({ needs: ['a', optional('pulled')] }, (needs) => [needs.a, needs.pulled])],
    ])
    expect(outcomes.b).toMatchObject({ status: 'done', value: [3, 2] })
    expect(outcomes.pulled).toMatchObject({ status: 'done', value: 2 })
  })

  it('runs worker tasks on the cpu lane, with the needs or what input makes of them', async () => {
    const four = task(() => 4)
    const doubled = task({ needs: { four }, input: (needs) => needs.four }, tasks.double)
    const { doubled: outcome } = await weft.graph({ doubled })
    expect(outcome).toMatchObject({ status: 'done', value: 8 })
  })

  it('skips what needs a task without a value, with the chain of causes, and lets the rest finish', async () => {
    const a = task(broken)
    const b = task({ needs: { a } }, () => 'never')
    const c = task({ needs: { b } }, () => 'never')
    const d = task({ needs: { a: optional(a), b: optional(b) } }, (needs) => needs)
    const e = task(() => 'e')
    const run = weft.graph({ a, b, c, d, e })
    const outcomes = await run
    expect(outcomes.a.status).toBe('failed')
    expect(causeOf(outcomes.b)).toMatchObject({ code: 'NEED_FAILED', details: { need: 'a' } })
    const cause = causeOf(outcomes.c)
    expect(cause.message).toBe('needs b, which was skipped: needs a, which failed: TASK_FAILED: broken')
    expect((cause.cause as Failure).cause).toMatchObject({ code: 'TASK_FAILED' })
    expect(outcomes.d).toMatchObject({ status: 'done', value: { a: undefined, b: undefined } })
    expect(outcomes.e).toMatchObject({ status: 'done' })
    expect(run.stats().tally).toEqual({ in: 5, done: 2, failed: 1, skipped: 2, cancelled: 0 })
  })

  it('rejects before anything runs when it cannot be', async () => {
    let ran = 0
    const count = (): void => {
      ran += 1
    }
    const ring = [
      ['a', task({ needs: ['b'] }, count)],
      ['b', task({ needs: ['a'] }, count)],
      ['c', task(count)],
    ] as const
    await expect(weft.graph(ring)).rejects.toMatchObject({ code: 'GRAPH_CYCLE' })
    await expect(weft.graph({ a: task(count), b: task(count, { lane: 'nowhere' }) })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    })
    await expect(weft.graph({ a: task(count) }, { concurrency: 0 })).rejects.toMatchObject({ code: 'INVALID_OPTION' })
    expect(() => weft.plan(ring)).toThrow(expect.objectContaining({ code: 'GRAPH_CYCLE' }))
    expect(ran).toBe(0)
  })

  it('ends a task whose own options throw as failed', async () => {
    const a = task({ needs: {}, input: broken }, () => 1)
    const b = task({ needs: { a } }, () => 2)
    const outcomes = await weft.graph({ a, b })
    expect(outcomes.a).toMatchObject({ status: 'failed', attempts: 0 })
    expect(outcomes.b).toMatchObject({ status: 'skipped' })
  })

  it('begins the longest remaining path first, and priority before that', async () => {
    const order: string[] = []
    const named = (name: string, expectedMs: number, priority = 0) =>
      task(() => void order.push(name), { lane: 'one', expectedMs, priority })
    const first = named('first', 1, 9)
    const short = named('short', 5)
    const long = named('long', 1)
    const tail = task({ needs: { long }, lane: 'one', expectedMs: 100 }, () => void order.push('tail'))
    const urgent = named('urgent', 0, 5)
    await weft.graph({ first, short, long, tail, urgent })
    expect(order).toEqual(['first', 'urgent', 'long', 'tail', 'short'])
  })

  it('learns how long kinds take, for later graphs of the runtime', async () => {
    const clock = new ManualClock()
    await weft.close()
    weft = await createRuntime({ clock, lanes: { one: { concurrency: 1 } } })
    const wait = (ms: number) => () => new Promise<void>((resolve) => void clock.startTimer(resolve, ms))
    const slow = wait(500)
    const quick = wait(20)
    const graph = () => ({ quick: task(quick, { lane: 'one' }), slow: task(slow, { lane: 'one' }) })
    expect(weft.plan(graph()).workMs).toBe(2)
    const run = weft.graph(graph())
    await clock.advance(1_000)
    await run
    expect(weft.plan(graph())).toEqual({
      levels: [['quick', 'slow']],
      criticalPath: { names: ['slow'], ms: 500 },
      makespanMs: 520,
      workMs: 520,
    })
  })

  it('names the chain that made it as long as it was, and is bounded by it', async () => {
    const clock = new ManualClock()
    await weft.close()
    weft = await createRuntime({ clock })
    const wait = (ms: number) => () => new Promise<void>((resolve) => void clock.startTimer(resolve, ms))
    const a = task(wait(100))
    const b = task(wait(300))
    const c = task({ needs: { a, b } }, wait(50))
    const d = task({ needs: { a } }, wait(10))
    const run = weft.graph({ a, b, c, d })
    await clock.advance(1_000)
    await run
    const { criticalPath, bound, wallMs } = run.stats()
    expect(criticalPath.map(({ name, runMs }) => [name, runMs])).toEqual([
      ['b', 300],
      ['c', 50],
    ])
    expect(bound).toMatchObject({ ms: 350, by: 'the critical path', reached: 350 / wallMs })
  })

  it.each(['cancel', 'drain'] as const)('ends everything when it is stopped by %s', async (how) => {
    const held = gate()
    const a = task((_, { signal }) => held.opened.then(() => signal.aborted))
    const b = task({ needs: { a } }, () => 2)
    const c = task({ needs: { b } }, () => 3)
    const run = weft.graph({ a, b, c })
    await rest()
    run[how]('enough')
    held.open()
    const outcomes = await run
    expect(outcomes.a.status).toBe(how === 'cancel' ? 'cancelled' : 'done')
    expect(outcomes.b).toMatchObject({ status: 'cancelled', reason: 'enough' })
    expect(outcomes.c).toMatchObject({ status: 'cancelled', reason: 'enough' })
    expect(run.stats().tally.in).toBe(3)
  })

  it('fails fast when it is told to, and keeps within its own concurrency on all lanes', async () => {
    let running = 0
    let most = 0
    const held = gate()
    const work = async (): Promise<void> => {
      most = Math.max(most, ++running)
      await held.opened
      running -= 1
    }
    const tasks = ['one', 'two', 'io', 'one', 'two', 'io'].map(
      (lane, index) => [`t${index}`, task(work, { lane })] as const,
    )
    const run = weft.graph(tasks, { concurrency: 2 })
    await rest()
    held.open()
    await run
    expect(most).toBe(2)
    const failing = weft.graph({ a: task(broken), b: task(() => new Promise(() => {})) }, { policy: 'fail-fast' })
    expect((await failing).b).toMatchObject({ status: 'cancelled', reason: expect.stringContaining('a #0 failed') })
  })

  it('whose task backs off has room for one on another lane', async () => {
    const clock = new ManualClock()
    await using weft = await createRuntime({ clock, lanes: { a: {}, b: {} } })
    const begun: string[] = []
    const busy = task(
      () => {
        begun.push('busy')
        throw new Failure('BUSY', 'busy', { retryable: true, retryAfterMs: 60_000 })
      },
      { lane: 'a', retry: { maxAttempts: 2 } },
    )
    const other = task(() => void begun.push('other'), { lane: 'b' })
    const run = weft.graph({ busy, other }, { concurrency: 1 })
    await rest()
    expect(begun).toEqual(['busy', 'other'])
    await clock.advance(130_000)
    await run
  })

  it('of no tasks is done', async () => {
    expect(await weft.graph({})).toEqual({})
  })

  it('is no deeper than it is long: a chain of 20 000 tasks that fails at its head', async () => {
    const entries: [string, ReturnType<typeof task>][] = [['t0', task(broken)]]
    for (let index = 1; index < 20_000; index += 1)
      entries.push([`t${index}`, task({ needs: [`t${index - 1}`] }, () => 1)])
    const run = weft.graph(entries)
    await run
    expect(run.stats().tally).toMatchObject({ failed: 1, skipped: 19_999 })
  })
})

describe('functions of a task of a graph', () => {
  it.each(['cancel', 'drain'] as const)('may %s the run, and each task has one outcome', async (how) => {
    const a = task(() => rest())
    const b = task({ needs: { a }, input: () => run[how]('enough') }, () => 2)
    const c = task({ needs: { a } }, () => 3)
    const run: Run & PromiseLike<unknown> = weft.graph({ b, c })
    await run
    expect(run.progress).toMatchObject({ done: 1, cancelled: 2, waiting: 0 })
    expect(run.stats().tally).toMatchObject({ in: 3, done: 1, cancelled: 2 })
  })
})

describe('a task of a graph that spawns others', () => {
  const spawning = (spawn: (context: GraphContext) => unknown) => task((_, context) => spawn(context))

  it('adds them to the graph, whose outcomes hold them, whoever awaits them', async () => {
    const a = task(() => 1)
    const b = spawning(
      (context) =>
        void context.spawn(
          'late',
          task({ needs: { a } }, (needs) => needs.a + 1),
        ),
    )
    const run = weft.graph({ a, b })
    const outcomes = (await run) as Readonly<Record<string, Outcome<unknown>>>
    expect(outcomes.late).toMatchObject({ status: 'done', value: 2 })
    expect(run.stats().tally).toMatchObject({ in: 3, done: 3 })
    expect(run.stats().criticalPath.map(({ name }) => name)).toEqual(['b', 'late'])
  })

  it('awaits them without holding its lease', async () => {
    const a = task(
      async (_, context) => {
        const outcome = await context.spawn(
          'late',
          task(() => 5, { lane: 'one' }),
        )
        return outcome.status === 'done' ? outcome.value : undefined
      },
      { lane: 'one' },
    )
    expect((await weft.graph({ a })).a).toMatchObject({ status: 'done', value: 5 })
  })

  it('waits for no task by single-flight that may wait for it', async () => {
    const crawl = (depth: number, page: string): TaskHandle<string> =>
      task({ needs: [], kind: 'crawl', key: () => page }, async (_, context) => {
        if (depth === 3) return page
        const other = page === 'a' ? 'b' : 'a'
        const outcome = await context.spawn(`${other}${depth}`, crawl(depth + 1, other))
        return page + values([outcome])[0]
      })
    expect(await weft.graph({ root: crawl(0, 'a') })).toMatchObject({ root: { value: 'abab' } })
  })

  it('keeps within the concurrency of its run while it awaits several', async () => {
    let on = 0
    let most = 0
    const leaf = (): TaskHandle<void> =>
      task(async () => {
        on += 1
        most = Math.max(most, on)
        await rest()
        on -= 1
      })
    const a = task(async (_, context: GraphContext) => {
      await Promise.all(['x', 'y', 'z'].map((name) => context.spawn(name, leaf())))
    })
    values(Object.values(await weft.graph({ a }, { concurrency: 1 })))
    expect(most).toBe(1)
  })

  it('skips those whose needs are lost already', async () => {
    const a = task(broken)
    const b = task({ needs: { a: optional(a) } }, (_, context) =>
      context.spawn(
        'late',
        task({ needs: ['a'] }, () => 1),
      ),
    )
    const { b: outcome } = await weft.graph({ a, b })
    expect(outcome).toMatchObject({ status: 'done', value: { status: 'skipped', cause: { code: 'NEED_FAILED' } } })
  })

  it('cannot await what waits for it', async () => {
    const a = spawning((context) =>
      context.spawn(
        'late',
        task({ needs: ['a'] }, () => 1),
      ),
    )
    const outcomes = (await weft.graph({ a })) as Readonly<Record<string, Outcome<unknown>>>
    expect(outcomes.a).toMatchObject({ status: 'failed', failure: { code: 'GRAPH_CYCLE' } })
    expect(outcomes.late).toMatchObject({ status: 'skipped' })
  })

  it('cannot await in a ring with another one either', async () => {
    const ready = gate()
    const a = spawning(async (context) => {
      const late = context.spawn(
        'of a',
        task({ needs: ['b'] }, () => 1),
      )
      ready.open()
      return late
    })
    const b = spawning(async (context) => {
      await ready.opened
      return context.spawn(
        'of b',
        task({ needs: ['a'] }, () => 1),
      )
    })
    const outcomes = await weft.graph({ a, b })
    expect(outcomes.b).toMatchObject({ status: 'failed', failure: { code: 'GRAPH_CYCLE' } })
    expect(outcomes.a.status).toBe('done')
  })

  it.each([
    [
      'a name that is taken',
      'DUPLICATE_NAME',
      (context: GraphContext) =>
        context.spawn(
          'a',
          task(() => 1),
        ),
    ],
    [
      'an unknown need',
      'UNKNOWN_NEED',
      (context: GraphContext) =>
        context.spawn(
          'x',
          task({ needs: ['y'] }, () => 1),
        ),
    ],
    [
      'an unknown lane',
      'INVALID_OPTION',
      (context: GraphContext) =>
        context.spawn(
          'x',
          task(() => 1, { lane: 'y' }),
        ),
    ],
    ['no task', 'INVALID_INPUT', (context: GraphContext) => context.spawn('x', undefined as never)],
  ])('is told of %s, and the graph is as it was', async (_, code, spawn) => {
    const a = spawning((context) => void spawn(context))
    const outcomes = await weft.graph({ a })
    expect(outcomes.a).toMatchObject({ status: 'failed', failure: { code } })
    expect(Object.keys(outcomes)).toEqual(['a'])
  })

  it('raises what they hang on, which then goes first', async () => {
    const order: string[] = []
    const held = gate()
    const note = (name: string) => task(() => void order.push(name), { lane: 'one', expectedMs: name === 'b' ? 2 : 1 })
    const a = note('a')
    const b = note('b')
    const blocker = task(() => held.opened, { lane: 'one', priority: 1 })
    const c = task((_, context) => {
      void context.spawn(
        'late',
        task({ needs: { a }, expectedMs: 50 }, () => 1),
      )
      held.open()
    })
    await weft.graph({ blocker, a, b, c })
    expect(order).toEqual(['a', 'b'])
  })
})

describe('a task of a graph that is tried again', () => {
  it('finds what the attempt before it has spawned', async () => {
    let ran = 0
    const a = task(
      async (_, context) => {
        const outcome = await context.spawn(
          'late',
          task(() => {
            ran += 1
            return ran
          }),
        )
        if (context.attempt === 1) throw new Failure('BUSY', 'busy', { retryable: true })
        return outcome.status === 'done' ? outcome.value : undefined
      },
      { retry: { baseDelayMs: 0 } },
    )
    expect((await weft.graph({ a })).a).toMatchObject({ status: 'done', value: 1, attempts: 2 })
    expect(ran).toBe(1)
  })

  it('is told that the budget is spent when it spawns then', async () => {
    const a = task(
      (_, context) =>
        void context.spawn(
          'late',
          task(() => 1),
        ),
    )
    const b = task(() => 2)
    const outcomes = await weft.graph({ b, a }, { budget: { tasks: 1 }, concurrency: 1 })
    expect(outcomes.a).toMatchObject({ status: 'skipped', cause: { code: 'BUDGET_SPENT' } })
  })
})

it('learns of a task with child runs how long it took, not how little of that was its own', async () => {
  const clock = new ManualClock()
  await weft.close()
  weft = await createRuntime({ clock })
  const wait = () => new Promise<void>((resolve) => void clock.startTimer(resolve, 400))
  const parent = async (_: unknown, context: GraphContext): Promise<void> => void (await context.run.map([1], wait))
  const run = weft.graph({ a: task(parent) })
  await clock.advance(1_000)
  await run
  expect(weft.plan({ a: task(parent) }).makespanMs).toBe(400)
})
