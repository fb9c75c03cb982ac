import { getEventListeners } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { createRuntime, Failure, type Runtime } from '../../src/index.ts'
import { gate } from '../fixtures/gate.ts'
import { ManualClock, rest } from '../fixtures/manual-clock.ts'

let weft: Runtime
const clock = new ManualClock()
const start = async (options = {}): Promise<Runtime> => {
  weft = await createRuntime({ clock, random: () => 0.5, ...options })
  return weft
}

afterEach(async () => {
  await weft.close()
  expect(clock.pending).toBe(0)
})

const forever = (): Promise<never> => new Promise(() => {})

describe('a time limit', () => {
  it('settles an attempt that ignores its signal, frees its slot and counts it as abandoned', async () => {
    await start({ lanes: { one: { concurrency: 1 } } })
    const run = weft.map(['hangs', 'next'], (name) => (name === 'hangs' ? forever() : name), {
      lane: 'one',
      timeoutMs: 1_000,
      retry: { maxAttempts: 1 },
    })
    await clock.advance(1_100)
    const outcomes = await run
    expect(outcomes[0]).toMatchObject({ status: 'failed', failure: { code: 'TIMEOUT', retryable: true } })
    expect(outcomes[1]).toMatchObject({ status: 'done' })
    expect(run.stats().abandoned).toBe(1)
  })

  it('is 120 s when nothing is said', async () => {
    await start()
    const run = weft.map([1], forever, { retry: { maxAttempts: 1 } })
    await clock.advance(119_000)
    expect(run.progress.running).toBe(1)
    await clock.advance(3_000)
    expect((await run)[0]).toMatchObject({
      failure: { code: 'TIMEOUT', message: 'forever ran past its limit of 120000 ms' },
    })
  })

  it('aborts the signal with the failure; a function that listens is not counted as abandoned', async () => {
    await start()
    const reasons: unknown[] = []
    const run = weft.map(
      [1],
      (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reasons.push(signal.reason)
            reject(signal.reason)
          })
        }),
      { timeoutMs: 10, retry: { maxAttempts: 1 } },
    )
    await clock.advance(20)
    await run
    expect(reasons).toMatchObject([{ code: 'TIMEOUT' }])
    expect(run.stats().abandoned).toBe(0)
  })

  it('gives each attempt a context of its own: what was abandoned stays aborted while the next attempt runs', async () => {
    await start()
    const signals: AbortSignal[] = []
    const held = gate()
    const run = weft.map(
      [1],
      async (_, context) => {
        signals.push(context.signal)
        if (context.attempt === 1) await forever()
        await held.opened
        return context.attempt
      },
      { timeoutMs: 100, retry: { baseDelayMs: 0 } },
    )
    await clock.advance(150)
    expect(signals.map((signal) => signal.aborted)).toEqual([true, false])
    held.open()
    expect((await run)[0]).toMatchObject({ status: 'done', value: 2, attempts: 2 })
  })

  it('on a task as a whole covers its attempts and back-offs, and spares a back-off that could not help', async () => {
    await start()
    const run = weft.map(
      [1],
      () => {
        throw new Failure('BUSY', 'busy', { retryable: true, retryAfterMs: 20_000 })
      },
      { totalTimeoutMs: 10_000 },
    )
    expect((await run)[0]).toMatchObject({ status: 'failed', attempts: 1, failure: { code: 'BUSY' } })
    const hung = weft.map([1], forever, { totalTimeoutMs: 10_000, timeoutMs: 8_000, retry: { baseDelayMs: 0 } })
    await clock.advance(11_000)
    expect((await hung)[0]).toMatchObject({
      attempts: 2,
      failure: { message: expect.stringContaining('10000 ms in all') },
    })
  })

  it('does not run while the task waits for its lane', async () => {
    await start({ lanes: { one: { concurrency: 1 } } })
    const held = gate()
    const run = weft.map(['first', 'second'], (name) => (name === 'first' ? held.opened : undefined), {
      lane: 'one',
      timeoutMs: 10_000,
      totalTimeoutMs: 10_000,
    })
    await clock.advance(9_000)
    held.open()
    const outcomes = await run
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['done', 'done'])
    expect(outcomes[1]!.queuedMs).toBe(9_000)
  })
})

describe('a late end', () => {
  it('of an abandoned attempt is swallowed, a rejection too', async () => {
    await start()
    const late = Promise.withResolvers<never>()
    const run = weft.map([1], () => late.promise, { timeoutMs: 10, retry: { maxAttempts: 1 } })
    await clock.advance(20)
    await run
    expect(run.stats().abandoned).toBe(1)
    late.reject(new Error('too late'))
    await rest()
    expect(run.stats().abandoned).toBe(0)
  })
})

describe('cancelling', () => {
  it('ends running and waiting tasks at once; N in = N out', async () => {
    await start()
    const run = weft.map(Array.from({ length: 10_000 }), forever, { concurrency: 10 })
    await rest()
    run.cancel('enough')
    const outcomes = await run
    expect(outcomes).toHaveLength(10_000)
    expect(outcomes.every((outcome) => outcome.status === 'cancelled' && outcome.reason === 'enough')).toBe(true)
    expect(outcomes.filter((outcome) => outcome.attempts === 1)).toHaveLength(10)
    expect(run.stats().tally).toEqual({ in: 10_000, done: 0, failed: 0, skipped: 0, cancelled: 10_000 })
    expect(run.signal.aborted).toBe(true)
  })

  it('comes from the caller’s signal, whose listener is taken away at the end', async () => {
    await start()
    const controller = new AbortController()
    const run = weft.map([1, 2], forever, { signal: controller.signal })
    await rest()
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1)
    controller.abort(new Error('the user left'))
    expect((await run)[0]).toMatchObject({ status: 'cancelled', reason: 'the user left' })
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
    expect((await weft.map([1], () => 1, { signal: controller.signal }))[0]).toMatchObject({ status: 'cancelled' })
  })

  it('reaches tasks in back-off and tasks parked with their key', async () => {
    await start({ lanes: { web: { concurrency: 5, perKey: { concurrency: 1 } } } })
    const run = weft.map(
      ['a', 'a', 'a', 'b'],
      (host) => {
        if (host === 'a') return forever()
        throw new Failure('BUSY', 'busy', { retryable: true })
      },
      { lane: 'web', laneKey: (host) => host },
    )
    await rest()
    run.cancel()
    expect((await run).map((outcome) => outcome.status)).toEqual(Array(4).fill('cancelled'))
    const after = await weft.map(['a'], (host) => host, { lane: 'web', laneKey: (host) => host })
    expect(after[0]!.status).toBe('done')
  })

  it('drain lets what runs end and starts nothing more', async () => {
    await start()
    const held = gate()
    const run = weft.map([1, 2, 3, 4], () => held.opened, { concurrency: 2 })
    await rest()
    run.drain('closing time')
    held.open()
    expect((await run).map((outcome) => outcome.status)).toEqual(['done', 'done', 'cancelled', 'cancelled'])
  })

  it('closing the runtime cancels its runs', async () => {
    await start()
    const run = weft.map([1], forever)
    await rest()
    await weft.close()
    expect((await run)[0]).toMatchObject({ status: 'cancelled', reason: 'the runtime was closed' })
  })
})

describe('the event loop', () => {
  it('gets its turn while tasks end at once', async () => {
    await weft?.close()
    weft = await createRuntime()
    let turns = 0
    const tick = setInterval(() => {
      turns += 1
    }, 1)
    await weft.map(Array.from({ length: 200_000 }), async () => {})
    clearInterval(tick)
    expect(turns).toBeGreaterThan(0)
  })

  it('names the task that blocked it', async () => {
    weft = await createRuntime()
    const block = (): void => {
      const end = performance.now() + 80
      while (performance.now() < end);
    }
    const sync = weft.map([1], function hogs() {
      block()
    })
    await sync
    expect(sync.stats().blocking).toMatchObject([{ name: 'hogs', exact: true }])
    const later = weft.map([1], async function hogsLater() {
      await rest()
      block()
    })
    await later
    expect(later.stats().blocking).toMatchObject([{ name: 'hogsLater', exact: false }])
  })
})
