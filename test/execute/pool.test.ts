import { afterEach, describe, expect, it } from 'vitest'
import {
  cpu,
  createRuntime,
  type Failure,
  type Runtime,
  type RuntimeOptions,
  transfer,
  values,
  worker,
} from '../../src/index.ts'
import { gate } from '../fixtures/gate.ts'
import { rest } from '../fixtures/manual-clock.ts'

const tasks = worker<typeof import('../fixtures/workers/tasks.ts')>(
  new URL('../fixtures/workers/tasks.ts', import.meta.url),
)
const broken = worker<{ readonly f: (x: number) => number }>(new URL('../fixtures/workers/broken.ts', import.meta.url))

let weft: Runtime
const start = async (pool: RuntimeOptions['pool'] = { threads: 2 }, more: RuntimeOptions = {}): Promise<void> => {
  weft = await createRuntime({ pool, ...more })
}
afterEach(() => weft.close())

const once = { retry: { maxAttempts: 1 } }

describe('worker tasks', () => {
  it('run on other threads, as many at once as the pool has', async () => {
    await start({ threads: 2 })
    const shared = new SharedArrayBuffer(4)
    const met = await weft.map(
      [
        { shared, threads: 2 },
        { shared, threads: 2 },
      ],
      tasks.meet,
    )
    expect(new Set(values(met)).size).toBe(2)
    expect(values(met)).not.toContain(0)
  })

  it('take plain and async functions, and come back in order', async () => {
    await start()
    expect(values(await weft.map([1, 2, 3, 4, 5], tasks.double))).toEqual([2, 4, 6, 8, 10])
    expect(values(await weft.map(['a', 'b'], tasks.later))).toEqual(['A', 'B'])
  })

  it('bring a failure back whole: class, code, details, the chain of causes', async () => {
    await start()
    const [outcome] = await weft.map(['MINE'], tasks.fail, once)
    const failure = (outcome as { failure: Failure }).failure
    expect(failure).toMatchObject({
      code: 'MINE',
      message: 'as asked',
      retryable: true,
      retryAfterMs: 7,
      details: { answer: 42 },
    })
    expect(failure.cause).toMatchObject({ code: 'DEEPER', cause: { name: 'RangeError', message: 'the root' } })
    expect(failure.stack).toContain('tasks.ts')
    const [plain] = await weft.map([0], tasks.blow)
    expect(plain).toMatchObject({ failure: { code: 'TASK_FAILED', message: 'plain', cause: { name: 'TypeError' } } })
  })

  it('move the buffers that are named instead of copying them, both ways', async () => {
    await start()
    const bytes = new Uint8Array([1, 2, 3])
    expect(values(await weft.map([transfer(bytes, [bytes.buffer])], tasks.sum))).toEqual([6])
    expect(bytes.byteLength).toBe(0)
    const [filled] = values(await weft.map([5], tasks.fill))
    expect(filled).toEqual(new Uint8Array([1, 1, 1, 1, 1]))
    expect((await weft.map([transfer(bytes, [bytes.buffer])], tasks.sum))[0]).toMatchObject({
      failure: { code: 'NOT_CLONEABLE' },
    })
  })

  it('say what is wrong with a module, an export, an input or a result', async () => {
    await start()
    const codeOf = async (run: PromiseLike<readonly unknown[]>): Promise<unknown> => (await run)[0]
    const missing = tasks as unknown as {
      readonly missing: typeof tasks.double
      readonly notAFunction: typeof tasks.double
    }
    expect(await codeOf(weft.map([1], broken.f))).toMatchObject({
      failure: { code: 'WORKER_MODULE', message: /does not load/ },
    })
    expect(await codeOf(weft.map([1], missing.missing))).toMatchObject({
      failure: { code: 'WORKER_MODULE', message: /it has .*double/ },
    })
    expect(await codeOf(weft.map([1], missing.notAFunction))).toMatchObject({ failure: { code: 'WORKER_MODULE' } })
    expect(await codeOf(weft.map([() => 1] as never, tasks.double, once))).toMatchObject({
      failure: { code: 'NOT_CLONEABLE' },
    })
    expect(await codeOf(weft.map([1], tasks.uncloneable, once))).toMatchObject({ failure: { code: 'NOT_CLONEABLE' } })
    expect(await codeOf(weft.map([21], tasks.double))).toMatchObject({ value: 42 })
  })

  it('run on the cpu lane alone', async () => {
    await start()
    await expect(weft.map([1], tasks.double, { lane: 'io' })).rejects.toMatchObject({ code: 'INVALID_OPTION' })
    await expect(createRuntime({ lanes: { cpu: { concurrency: 9 } } })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    })
  })

  it('are inert descriptions that can be awaited and looked at', async () => {
    await start()
    expect(await tasks).toBe(tasks)
    expect(tasks.double).toBe(tasks.double)
    expect(cpu.readPage).toMatchObject({ kind: 'worker-task', export: 'readPage' })
    expect(() => worker(new URL('https://example.org/x.ts'))).toThrow(/file: URL/)
  })
})

describe('a thread that dies', () => {
  it('costs only its own task, and the pool goes on', async () => {
    await start({ threads: 2 })
    const outcomes = await weft.map(
      ['die', 'double', 'die', 'double', 'double'],
      (name, context) => (name === 'die' ? context.call(tasks.die, 0) : context.call(tasks.double, 4)),
      once,
    )
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['failed', 'done', 'failed', 'done', 'done'])
    expect(outcomes[0]).toMatchObject({ failure: { code: 'WORKER_LOST', retryable: true, message: /code: 3/ } })
  })

  it('is tried again as any retryable failure', async () => {
    await start({ threads: 1 })
    const [outcome] = await weft.map([0], tasks.die, { retry: { maxAttempts: 2, baseDelayMs: 0 } })
    expect(outcome).toMatchObject({ attempts: 2, failure: { code: 'WORKER_LOST' } })
  })

  it('is not tried again where its task has effects, which may have been had', async () => {
    await start({ threads: 1 })
    const [outcome] = await weft.map([0], tasks.die, { effects: true, retry: { maxAttempts: 3, baseDelayMs: 0 } })
    expect(outcome).toMatchObject({ attempts: 1, failure: { code: 'WORKER_LOST', retryable: false } })
  })

  it('out of memory takes nothing else with it', async () => {
    await start({ threads: 2, heapLimitMb: 64 })
    const outcomes = await weft.map(
      ['hog', 'double'],
      (name, context) => (name === 'hog' ? context.call(tasks.hog, 0) : context.call(tasks.double, 4)),
      once,
    )
    expect(outcomes[0]).toMatchObject({ failure: { code: 'WORKER_LOST', message: /memory/ } })
    expect(outcomes[1]).toMatchObject({ status: 'done', value: 8 })
  })
})

describe('a worker that never ends', () => {
  it('is killed at its time limit with its thread, is not tried again, and the pool is whole afterwards', async () => {
    await start({ threads: 2 })
    const hung = await weft.map([1, 2, 3], tasks.spin, { timeoutMs: 300 })
    expect(hung.map((outcome) => outcome.status)).toEqual(['failed', 'failed', 'failed'])
    expect(hung[0]).toMatchObject({ attempts: 1, failure: { code: 'TIMEOUT', retryable: false } })
    const shared = new SharedArrayBuffer(4)
    const input = { shared, threads: 2 }
    expect(new Set(values(await weft.map([input, input], tasks.meet))).size).toBe(2)
  })

  it('is killed when the run is cancelled', async () => {
    await start({ threads: 1 })
    const run = weft.map([1, 2], tasks.spin)
    await weft.map([1], async () => rest())
    run.cancel()
    expect((await run).map((outcome) => outcome.status)).toEqual(['cancelled', 'cancelled'])
    expect(values(await weft.map([4], tasks.double))).toEqual([8])
  })
})

describe('an idle thread', () => {
  it('is given back, and another one started when there is work again', async () => {
    await start({ threads: 1, idleTimeoutMs: 1 })
    const thread = async (): Promise<number> => values(await weft.map([0], tasks.whichThread))[0]!
    const first = await thread()
    // Asks again until the thread was away for once.
    for (let now = first; now === first; now = await thread()) await rest()
  })
})

describe('a pool that cannot start a thread', () => {
  it('fails its tasks instead of leaving them waiting', async () => {
    await start({ threads: 1, startTimeoutMs: 0.001 })
    const [outcome] = await weft.map([1], tasks.double, once)
    expect(outcome).toMatchObject({ failure: { code: 'POOL_UNAVAILABLE', message: /3 tries/ } })
  })
})

describe('context.call', () => {
  it('gives the slot back while the worker runs, and has one again when it returns', async () => {
    await start({ threads: 1 }, { lanes: { one: { concurrency: 1 } } })
    const held = gate()
    const order: string[] = []
    const run = weft.map(
      ['caller', 'other'],
      async (name, context) => {
        order.push(`${name} starts`)
        if (name === 'other') {
          await held.opened
          order.push('other ends')
          return 0
        }
        const value = await context.call(tasks.double, 21)
        order.push('caller goes on')
        return value
      },
      { lane: 'one' },
    )
    while (order.length < 2) await rest()
    expect(order).toEqual(['caller starts', 'other starts'])
    held.open()
    expect(values(await run)).toEqual([42, 0])
    expect(order.slice(2)).toEqual(['other ends', 'caller goes on'])
  })

  it('runs several at once for one task', async () => {
    await start({ threads: 2 })
    const shared = new SharedArrayBuffer(4)
    const input = { shared, threads: 2 }
    const [ids] = values(
      await weft.map([0], (_, context) =>
        Promise.all([context.call(tasks.meet, input), context.call(tasks.meet, input)]),
      ),
    )
    expect(new Set(ids).size).toBe(2)
  })

  it('lets the limit of the attempt run while the worker runs, and takes one of its own', async () => {
    await start({ threads: 1 })
    const [attempt] = await weft.map([0], (_, context) => context.call(tasks.spin, 0), { timeoutMs: 200 })
    expect(attempt).toMatchObject({
      attempts: 1,
      failure: { code: 'TIMEOUT', retryable: false, details: { limitMs: 200 } },
    })
    const caught = await weft.map([0], (_, context) =>
      context.call(tasks.spin, 0, { timeoutMs: 100 }).catch((failure: Failure) => failure.code),
    )
    expect(values(caught)).toEqual(['TIMEOUT'])
  })

  it('ends with the attempt: a worker nobody waits for is stopped', async () => {
    await start({ threads: 1 })
    await weft.map([0], (_, context) => {
      context.call(tasks.spin, 0).catch(() => {})
    })
    expect(values(await weft.map([4], tasks.double))).toEqual([8])
  })

  it('rejects once the attempt is over', async () => {
    await start({ threads: 1 })
    const { promise, resolve } = Promise.withResolvers<unknown>()
    await weft.map([0], (_, context) => {
      setImmediate(() => context.call(tasks.double, 1).catch(resolve))
    })
    expect(await promise).toMatchObject({ code: 'CANCELLED' })
  })

  it('books the work to the lane it ran on', async () => {
    await start({ threads: 1 })
    const run = weft.map([1, 2], (number, context) => context.call(tasks.double, number))
    await run
    const { lanes } = run.stats()
    expect(lanes.cpu!.workMs).toBeGreaterThan(0)
    expect(lanes.cpu!.capacity).toBe(1)
    expect(lanes.io).toBeDefined()
  })
})
