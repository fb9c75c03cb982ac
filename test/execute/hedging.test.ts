import { afterEach, describe, expect, it } from 'vitest'
import { quorum } from '../../src/flow/run/policy.ts'
import { createRuntime, Failure, type Runtime, type RuntimeOptions, type TaskContext, worker } from '../../src/index.ts'
import { gate } from '../fixtures/gate.ts'
import { ManualClock, rest } from '../fixtures/manual-clock.ts'

const tasks = worker<typeof import('../fixtures/workers/tasks.ts')>(
  new URL('../fixtures/workers/tasks.ts', import.meta.url),
)
const forever = (): Promise<never> => new Promise(() => {})
const once = { retry: { maxAttempts: 1 } }
/** As many second attempts as there are first ones. */
const hedge = { afterMs: 100, maxExtra: 1 }

let weft: Runtime
let clock: ManualClock
const start = async (options: RuntimeOptions = {}): Promise<void> => {
  clock = new ManualClock()
  weft = await createRuntime({ clock, random: () => 0.5, ...options })
}
afterEach(async () => {
  expect(weft.lanes().map((lane) => [lane.name, lane.running])).toEqual(weft.lanes().map((lane) => [lane.name, 0]))
  await weft.close()
  expect(clock.pending).toBe(0)
})

/** The attempts of a task as they begin: each waits until the test ends it, and notes why its signal was aborted. */
class Attempts {
  readonly begun: { readonly settle: PromiseWithResolvers<string>; readonly context: TaskContext }[] = []
  readonly aborted: string[] = []

  readonly work = (_: unknown, context: TaskContext): Promise<string> => {
    const number = this.begun.length
    const settle = Promise.withResolvers<string>()
    this.begun.push({ settle, context })
    context.signal.addEventListener('abort', () => {
      this.aborted.push(`${number}: ${(context.signal.reason as Failure).message}`)
      settle.reject(context.signal.reason)
    })
    return settle.promise
  }

  done(number: number): void {
    this.begun[number]!.settle.resolve(`by ${number}`)
  }

  fails(number: number, failure: Failure = new Failure('BUSY', `busy ${number}`, { retryable: true })): void {
    this.begun[number]!.settle.reject(failure)
  }
}

describe('a task that is slow', () => {
  it('gets a second attempt after the time that was said; the first to answer wins, the other is aborted', async () => {
    await start()
    for (const winner of [0, 1]) {
      const attempts = new Attempts()
      const run = weft.map([1], attempts.work, { hedge })
      await clock.advance(99)
      expect(attempts.begun).toHaveLength(1)
      await clock.advance(5)
      expect(attempts.begun).toHaveLength(2)
      expect(attempts.begun.map(({ context }) => context.id)).toEqual([`${run.id}/0`, `${run.id}/0`])
      expect(run.progress).toMatchObject({ running: 1, waiting: 0 })
      attempts.done(winner)
      expect(await run).toMatchObject([{ status: 'done', value: `by ${winner}`, attempts: 2, retried: [] }])
      expect(attempts.aborted).toEqual([`${1 - winner}: the other attempt of the task was faster`])
      await rest()
      expect(run.stats()).toMatchObject({ attempts: 2, hedges: 1, retries: 0, abandoned: 0, tally: { in: 1, done: 1 } })
    }
  })

  it('is asked for once only: there is no third attempt beside the two', async () => {
    await start()
    const attempts = new Attempts()
    const run = weft.map([1], attempts.work, { hedge, timeoutMs: 50_000 })
    for (let step = 0; step < 20; step += 1) await clock.advance(1_000)
    expect(attempts.begun).toHaveLength(2)
    run.cancel()
    expect(await run).toMatchObject([{ status: 'cancelled', attempts: 2 }])
  })

  it('by p95 is one that takes longer than 95 % of those of its lane, once 20 are known', async () => {
    await start({ lanes: { api: { concurrency: 100 } } })
    const options = { lane: 'api', hedge: { afterMs: 'p95', maxExtra: 1 } } as const
    const after = (ms: number): Promise<number> =>
      new Promise((resolve) => void clock.startTimer(() => resolve(ms), ms))
    const early = weft.map([1], forever, { ...options, ...once, timeoutMs: 400 })
    await clock.advance(500)
    expect((await early)[0]).toMatchObject({ attempts: 1 })
    const warming = weft.map(Array(20).fill(50) as number[], after, options)
    await clock.advance(60)
    await warming
    const attempts = new Attempts()
    const run = weft.map([1], attempts.work, options)
    await clock.advance(49)
    expect(attempts.begun).toHaveLength(1)
    await clock.advance(3)
    expect(attempts.begun).toHaveLength(2)
    attempts.done(1)
    await run
  })

  it('by p95 on a lane whose tasks take no time at all is one that takes a moment', async () => {
    await start({ lanes: { api: {} } })
    const options = { lane: 'api', hedge: { afterMs: 'p95' } } as const
    await weft.map(Array(30).fill(1), async () => {}, options)
    const attempts = new Attempts()
    const run = weft.map([1], attempts.work, options)
    await clock.advance(1_000)
    expect(attempts.begun).toHaveLength(1)
    attempts.done(0)
    await run
  })
})

describe('when an attempt fails beside the other', () => {
  it('the backup decides: what it gives is the outcome', async () => {
    await start()
    const attempts = new Attempts()
    const run = weft.map([1], attempts.work, { hedge })
    await clock.advance(110)
    attempts.fails(0)
    await clock.advance(5_000)
    expect(attempts.begun).toHaveLength(2)
    expect(run.progress).toMatchObject({ running: 1 })
    attempts.done(1)
    expect(await run).toMatchObject([{ status: 'done', value: 'by 1', attempts: 2, retried: [] }])
  })

  it('and the backup fails first, the primary goes on', async () => {
    await start()
    const attempts = new Attempts()
    const run = weft.map([1], attempts.work, { hedge, ...once })
    await clock.advance(110)
    attempts.fails(1)
    await clock.advance(10_000)
    expect(attempts.begun).toHaveLength(2)
    attempts.done(0)
    expect(await run).toMatchObject([{ status: 'done', value: 'by 0', attempts: 2 }])
  })

  it('and both fail, the task is retried as if it had been tried once, with the failure of the primary', async () => {
    await start()
    const attempts = new Attempts()
    const run = weft.map([1], attempts.work, { hedge, retry: { maxAttempts: 2, baseDelayMs: 10 } })
    await clock.advance(110)
    attempts.fails(0)
    attempts.fails(1)
    await rest()
    await clock.advance(20)
    expect(attempts.begun).toHaveLength(3)
    attempts.fails(2)
    expect(await run).toMatchObject([
      { status: 'failed', attempts: 3, failure: { message: 'busy 2' }, retried: [{ message: 'busy 0' }] },
    ])
  })

  it('and neither is worth another try, the task fails', async () => {
    await start()
    const attempts = new Attempts()
    const run = weft.map([1], attempts.work, { hedge, ...once })
    await clock.advance(110)
    attempts.fails(0)
    attempts.fails(1)
    expect(await run).toMatchObject([{ status: 'failed', attempts: 2, failure: { message: 'busy 0' } }])
  })

  it('a backup that has not begun is not waited for, and leaves no trace', async () => {
    await start({ lanes: { one: { concurrency: 1 } } })
    for (const limited of [{ lane: 'one' }, { concurrency: 1 }]) {
      const attempts = new Attempts()
      const run = weft.map([1], attempts.work, { ...limited, hedge, retry: { maxAttempts: 2, baseDelayMs: 1_000 } })
      await clock.advance(110)
      attempts.fails(0)
      await clock.advance(300)
      expect(attempts.begun).toHaveLength(1)
      expect(run.progress).toMatchObject({ running: 0, waiting: 1 })
      await clock.advance(1_000)
      expect(attempts.begun).toHaveLength(2)
      attempts.done(1)
      expect(await run).toMatchObject([{ status: 'done', attempts: 2, retried: [{ message: 'busy 0' }] }])
      expect(run.stats()).toMatchObject({ attempts: 2, hedges: 0, retries: 1 })
    }
  })

  it('its slot of the run is free for the next task', async () => {
    await start()
    const held = gate()
    async function* source(): AsyncGenerator<string> {
      yield 'slow'
      await held.opened
      yield 'next'
    }
    const attempts = new Attempts()
    const ran: string[] = []
    const work = (name: string, context: TaskContext): Promise<string> => {
      ran.push(name)
      return name === 'slow' ? attempts.work(name, context) : Promise.resolve(name)
    }
    const run = weft.map(source(), work, { hedge, concurrency: 2, timeoutMs: 100_000 })
    await rest()
    await clock.advance(110)
    held.open()
    await rest()
    expect(ran).toEqual(['slow', 'slow'])
    attempts.fails(1)
    await rest()
    expect(ran).toEqual(['slow', 'slow', 'next'])
    attempts.done(0)
    expect((await run).map(({ status }) => status)).toEqual(['done', 'done'])
  })
})

describe('a second attempt', () => {
  it('takes a lease and a request of its own', async () => {
    await start({ lanes: { api: { concurrency: 2, requestsPerMinute: 60, headroom: 1 } } })
    const attempts = new Attempts()
    const run = weft.map([1], attempts.work, { lane: 'api', hedge })
    await clock.advance(500)
    expect(attempts.begun).toHaveLength(1)
    expect(weft.lane('api').toJSON()).toMatchObject({ running: 1, waiting: 1 })
    await clock.advance(600)
    expect(attempts.begun).toHaveLength(2)
    expect(weft.lane('api').toJSON()).toMatchObject({ running: 2, waiting: 0 })
    attempts.done(0)
    await run
  })

  it('waits for its lane and for the concurrency of its run, and is forgotten when it never began', async () => {
    await start({ lanes: { one: { concurrency: 1 } } })
    for (const limited of [{ lane: 'one' }, { concurrency: 1 }]) {
      const attempts = new Attempts()
      const run = weft.map([1], attempts.work, { ...limited, hedge })
      await clock.advance(5_000)
      expect(attempts.begun).toHaveLength(1)
      attempts.done(0)
      expect(await run).toMatchObject([{ status: 'done', attempts: 1 }])
      expect(run.stats()).toMatchObject({ attempts: 1, hedges: 0, abandoned: 0 })
      expect((await weft.map([1], () => 1, limited))[0]).toMatchObject({ status: 'done' })
    }
  })

  it('is had by at most so large a share of all attempts', async () => {
    await start()
    const work = (_: number, { signal }: TaskContext): Promise<void> =>
      new Promise((resolve) => {
        const timer = clock.startTimer(resolve, 1_000)
        signal.addEventListener('abort', () => {
          timer.stop()
          resolve()
        })
      })
    for (const [maxExtra, tasks] of [
      [0.05, 19],
      [0.05, 100],
      [0.3, 25],
      [0, 50],
    ] as const) {
      const run = weft.map(Array(tasks).fill(1) as number[], work, { hedge: { afterMs: 10, maxExtra } })
      await clock.advance(1_200)
      await run
      expect(run.stats()).toMatchObject({
        hedges: Math.floor(maxExtra * tasks),
        attempts: tasks + Math.floor(maxExtra * tasks),
        tally: { done: tasks },
      })
    }
  })

  it('adds what it used to the usage of the task, whoever wins', async () => {
    await start()
    for (const winner of [0, 1]) {
      const attempts = new Attempts()
      const run = weft.map([1], attempts.work, { hedge })
      await clock.advance(110)
      attempts.begun[0]!.context.addUsage({ inputTokens: 5 })
      attempts.begun[1]!.context.addUsage({ inputTokens: 70 })
      attempts.done(winner)
      expect(await run).toMatchObject([{ usage: { inputTokens: 75 } }])
      expect(run.stats().usage.inputTokens).toBe(75)
    }
  })

  it('settles the rates of its lane by what each of the two has used', async () => {
    await start({ lanes: { api: { inputTokensPerMinute: 6_000, headroom: 1 } } })
    const attempts = new Attempts()
    const run = weft.map([1], attempts.work, { lane: 'api', hedge, estimate: { inputTokens: 10 } })
    await clock.advance(110)
    attempts.begun[0]!.context.addUsage({ inputTokens: 300 })
    attempts.begun[1]!.context.addUsage({ inputTokens: 400 })
    attempts.done(1)
    await run
    // The bucket holds 600, fills by 10 in 100 ms: 700 were used in all, some 90 are missing, beside the 10 for the next.
    const next = weft.map([1], () => clock.now(), { lane: 'api', estimate: { inputTokens: 10 } })
    const askedAt = clock.now()
    await clock.advance(2_000)
    const startedAt = ((await next)[0] as { value: number }).value
    expect(startedAt - askedAt).toBeGreaterThan(880)
    expect(startedAt - askedAt).toBeLessThan(1_120)
  })

  it('is not begun any more while the run is paused or drained', async () => {
    await start()
    const attempts = new Attempts()
    const run = weft.map([1], attempts.work, { hedge })
    await rest()
    run.pause()
    await clock.advance(150)
    expect(attempts.begun).toHaveLength(1)
    run.resume()
    run.drain()
    await clock.advance(10_000)
    expect(attempts.begun).toHaveLength(1)
    attempts.done(0)
    expect(await run).toMatchObject([{ status: 'done' }])
  })

  it('that waits when its run is drained never begins', async () => {
    await start({ lanes: { one: { concurrency: 1 } } })
    const attempts = new Attempts()
    const run = weft.map([1], attempts.work, { lane: 'one', hedge })
    await clock.advance(150)
    expect(weft.lane('one').waiting).toBe(1)
    run.drain()
    attempts.fails(0)
    expect(await run).toMatchObject([{ status: 'cancelled', attempts: 1 }])
    expect(attempts.begun).toHaveLength(1)
  })

  it('is refused for tasks with effects', async () => {
    await start()
    await expect(weft.map([1], forever, { hedge, effects: true })).rejects.toMatchObject({ code: 'INVALID_OPTION' })
    await expect(weft.map([1], forever, { hedge: { afterMs: 0 } })).rejects.toMatchObject({ code: 'INVALID_OPTION' })
  })

  it('is cancelled with the run', async () => {
    await start()
    const attempts = new Attempts()
    const run = weft.map([1], attempts.work, { hedge })
    await clock.advance(110)
    run.cancel('enough')
    expect(await run).toMatchObject([{ status: 'cancelled', reason: 'enough', attempts: 2 }])
    await rest()
    expect(attempts.aborted).toHaveLength(2)
    expect(run.stats().abandoned).toBe(0)
  })

  it('ends its run by a policy like any other attempt', async () => {
    await start()
    const attempts = new Attempts()
    const run = weft.map([1, 2], attempts.work, { hedge, policy: quorum(1) })
    await clock.advance(110)
    expect(attempts.begun).toHaveLength(4)
    attempts.done(2)
    expect((await run).map(({ status }) => status).sort()).toEqual(['cancelled', 'done'])
    await rest()
    expect(run.stats().abandoned).toBe(0)
  })
})

describe('functions that are not async', () => {
  it('end before anybody could be faster', async () => {
    await start()
    const run = weft.map([1, 2, 3], (number) => number, { hedge })
    expect((await run).map(({ attempts }) => attempts)).toEqual([1, 1, 1])
  })

  it('win where the first attempt was async', async () => {
    await start()
    let calls = 0
    const run = weft.map(
      [1],
      () => {
        calls += 1
        return calls === 1 ? forever() : 'at once'
      },
      { hedge },
    )
    await clock.advance(110)
    expect(await run).toMatchObject([{ status: 'done', value: 'at once', attempts: 2 }])
    expect(run.stats().abandoned).toBe(1)
  })

  it('fail without harm where the first attempt is async', async () => {
    await start()
    let calls = 0
    const held = gate()
    const run = weft.map(
      [1],
      async () => {
        calls += 1
        if (calls === 1) return held.opened
        throw new Error('at once')
      },
      { hedge },
    )
    await clock.advance(110)
    held.open()
    expect(await run).toMatchObject([{ status: 'done', attempts: 2 }])
  })
})

describe('time limits of a hedged task', () => {
  it('are one for each attempt: the backup has as long as the primary had', async () => {
    await start()
    const attempts = new Attempts()
    const run = weft.map([1], attempts.work, { hedge: { afterMs: 800, maxExtra: 1 }, timeoutMs: 1_000, ...once })
    await clock.advance(1_100)
    expect(attempts.aborted).toEqual(['0: work ran past its limit of 1000 ms'])
    expect(run.progress).toMatchObject({ running: 1 })
    attempts.done(1)
    expect(await run).toMatchObject([{ status: 'done', value: 'by 1' }])
  })

  it('fail the task when both have passed them, with the failure of the primary', async () => {
    await start()
    const attempts = new Attempts()
    const run = weft.map([1], attempts.work, { hedge: { afterMs: 800, maxExtra: 1 }, timeoutMs: 1_000, ...once })
    await clock.advance(1_700)
    expect(run.progress).toMatchObject({ running: 1 })
    await clock.advance(200)
    expect(await run).toMatchObject([{ status: 'failed', failure: { code: 'TIMEOUT' }, attempts: 2 }])
    expect(attempts.aborted).toHaveLength(2)
  })

  it('in all stand for both: that of the task goes on while only the backup is left', async () => {
    await start()
    const attempts = new Attempts()
    const run = weft.map([1], attempts.work, { hedge, totalTimeoutMs: 1_000, timeoutMs: 900 })
    await clock.advance(110)
    attempts.fails(0)
    await rest()
    await clock.advance(800)
    expect(attempts.aborted).toEqual([])
    expect(run.progress).toMatchObject({ running: 1 })
    await clock.advance(150)
    expect(await run).toMatchObject([
      { status: 'failed', failure: { code: 'TIMEOUT', message: expect.stringContaining('1000 ms in all') } },
    ])
    expect(attempts.aborted).toEqual([expect.stringContaining('1: ')])
  })

  it('hold while its attempt waits for a worker', async () => {
    await start({ pool: { threads: 1 } })
    const run = weft.map([1], (_, context) => context.call(tasks.spin, 0), {
      hedge: { afterMs: 100, maxExtra: 0 },
      timeoutMs: 1_000,
      ...once,
    })
    for (let step = 0; step < 12; step += 1) await clock.advance(100)
    expect(await run).toMatchObject([{ status: 'failed', failure: { code: 'TIMEOUT' } }])
  })
})
