import { describe, expect, it } from 'vitest'
import { Failure, type LaneEvent, type LaneTask, type RuntimeOptions, type TaskContext, task } from '../../src/index.ts'
import { gate } from '../fixtures/gate.ts'
import { rest } from '../fixtures/manual-clock.ts'
import { clock, start, statuses, weft } from '../support/runtime.ts'

const changes: LaneEvent[] = []

async function listen(given: RuntimeOptions): Promise<void> {
  changes.length = 0
  await start({
    ...given,
    onEvent: (event) => {
      if (event.type === 'lane-changed') changes.push(event)
    },
  })
}

function refusal(retryAfterMs?: number): Failure {
  const more = retryAfterMs === undefined ? {} : { retryAfterMs }
  return new Failure('RATE_LIMITED', 'too many requests', { retryable: true, kind: 'rate', ...more })
}

/** Refuses the first so many, then answers. */
function refusing(times: number, retryAfterMs?: number): { work: () => number; begun: number[] } {
  const begun: number[] = []
  const work = (): number => {
    begun.push(clock.now())
    if (begun.length <= times) throw refusal(retryAfterMs)
    return begun.length
  }
  return { work, begun }
}

function onModel<O>(run: (input: unknown, context: TaskContext) => O | Promise<O>): LaneTask<unknown, O> {
  return { kind: 'lane-task', name: 'ask', lane: 'model', run }
}

const one = { lanes: { model: { concurrency: 1 } } }

describe('what the provider refuses for its rate', () => {
  it('is queued again and costs the task no attempt, in a map', async () => {
    await listen(one)
    const { work, begun } = refusing(5, 1_000)
    const run = weft.map([1], work, { lane: 'model', retry: { maxAttempts: 1 } })
    await clock.advance(10_000)
    expect(await run).toMatchObject([{ status: 'done', attempts: 6, retried: Array(5).fill({ code: 'RATE_LIMITED' }) }])
    // Cooled for what was asked and half of a tenth, each time.
    expect(begun).toEqual([0, 1_050, 2_100, 3_150, 4_200, 5_250].map((ms) => expect.closeTo(ms, -2)))
    expect(run.stats()).toMatchObject({ attempts: 6, retries: 5 })
  })

  it('is waited for by the whole lane, and what had waited is in no hurry after it', async () => {
    await listen({ lanes: { model: { concurrency: 20 } } })
    const begun: number[] = []
    const run = weft.map(
      Array.from({ length: 60 }, (_, index) => index),
      async (index, { attempt }) => {
        begun.push(clock.now())
        if (index === 0 && attempt === 1) {
          await rest()
          throw refusal(5_000)
        }
        await rest()
      },
      { lane: 'model' },
    )
    await clock.advance(0)
    expect(weft.lane('model').state).toMatchObject({
      phase: 'cooling',
      resumesInMs: 5_250,
      why: 'cools: 429, resumes in 5.3 s',
    })
    await clock.advance(10_000)
    expect(statuses(await run)).toEqual(Array(60).fill('done'))
    expect(begun.filter((at) => at > 0 && at < 5_250)).toEqual([])
    expect(changes.map(({ why }) => why)).toEqual([
      'cools: 429, resumes in 5.3 s',
      expect.stringMatching(/^begins again, \d+ at a time$/),
    ])
  })

  it('now and then, by chance, keeps the task waiting for its own back-off, and no other one', async () => {
    await listen({ lanes: { model: { concurrency: 20 } } })
    const begun: number[] = []
    const run = weft.map(
      [0, 1, 2],
      (index) => {
        if (index > 0) return
        begun.push(clock.now())
        if (begun.length < 3) throw refusal()
      },
      { lane: 'model', retry: { maxAttempts: 1, baseDelayMs: 1_000 } },
    )
    await clock.advance(0)
    expect([run.progress.done, weft.lane('model').running]).toEqual([2, 0])
    await clock.advance(5_000)
    expect(await run).toMatchObject([{ status: 'done', attempts: 3 }, {}, {}])
    // Half of a second, then half of two.
    expect(begun).toEqual([0, 500, 1_500].map((ms) => expect.closeTo(ms, -2)))
    expect(changes).toEqual([])
  })

  it('by chance is not tried again later than the task allows', async () => {
    await listen({ lanes: { model: { concurrency: 20 }, other: { concurrency: 20 } } })
    const retry = { baseDelayMs: 1_000 }
    const run = weft.map([0], refusing(2).work, { lane: 'model', retry: { ...retry, maxElapsedMs: 1_000 } })
    const late = weft.map([0], refusing(1).work, { lane: 'other', totalTimeoutMs: 400, retry })
    await clock.advance(5_000)
    expect([await run, await late]).toMatchObject([
      [{ status: 'failed', attempts: 2 }],
      [{ status: 'failed', attempts: 1 }],
    ])
  })

  it('costs none in a graph, a pipeline and a stream either', async () => {
    await listen(one)
    const options = { lane: 'model', retry: { maxAttempts: 1 } }
    const graph = weft.graph({ ask: task(refusing(2).work, options) })
    await clock.advance(5_000)
    expect((await graph).ask).toMatchObject({ status: 'done', attempts: 3 })
    const pipeline = weft.pipeline([1, 2]).step('ask', refusing(2).work, options).then(statuses)
    await clock.advance(5_000)
    expect(await pipeline).toEqual(['done', 'done'])
  })

  it('costs a call none, whose caller has its slot back only with the answer', async () => {
    await listen(one)
    const { work } = refusing(3, 1_000)
    const ask = onModel(work)
    const run = weft.map([1], (_, context) => context.call(ask, 1), {
      lane: 'io',
      retry: { maxAttempts: 1 },
      timeoutMs: 100,
    })
    await clock.advance(500)
    expect(weft.lane('io').running).toBe(0)
    await clock.advance(10_000)
    // Its own time limit stood while the call only waited.
    expect(await run).toMatchObject([{ status: 'done', value: 4, attempts: 1 }])
  })

  it('costs a second attempt beside a slow one none', async () => {
    await listen({ lanes: { model: { concurrency: 4 } } })
    const held = gate()
    let begun = 0
    const run = weft.map(
      [1],
      async (_, { signal }) => {
        begun += 1
        if (begun === 1) return held.opened.then(() => 'slow')
        if (begun === 2) throw refusal()
        signal.throwIfAborted()
        return 'second'
      },
      { lane: 'model', hedge: { afterMs: 1_000, maxExtra: 1 }, retry: { maxAttempts: 1 } },
    )
    await clock.advance(1_500)
    expect(await run).toMatchObject([{ status: 'done', value: 'second', attempts: 3 }])
    held.open()
    await rest()
  })

  it('ends after ten minutes of nothing else', async () => {
    await listen(one)
    const { work } = refusing(Number.POSITIVE_INFINITY, 60_000)
    const run = weft.map([1], work, { lane: 'model' })
    await clock.advance(3_600_000)
    expect(await run).toMatchObject([{ status: 'failed', failure: { code: 'RATE_LIMITED' } }])
    expect((await run)[0]!.attempts).toBeLessThan(20)
  })

  it('is not tried again later than the task allows', async () => {
    await listen(one)
    const run = weft.map([1], refusing(9, 1_000).work, { lane: 'model', retry: { maxElapsedMs: 2_500 } })
    await clock.advance(20_000)
    // At 0, 1.05 and 2.1 s; the next one could begin at 3.15 s.
    expect(await run).toMatchObject([{ status: 'failed', attempts: 3 }])
  })

  it('says nothing of the lane of a task that called the one it came to', async () => {
    await listen(one)
    const ask = onModel(() => {
      throw new Failure('AUTH_FAILED', 'no such key', { kind: 'auth' })
    })
    const run = weft.map([1, 2], (_, context) => context.call(ask, 1), { lane: 'io', concurrency: 1 })
    expect((await run).map((outcome) => outcome.status === 'failed' && outcome.failure.code)).toEqual([
      'AUTH_FAILED',
      'LANE_STOPPED',
    ])
    expect([weft.lane('io').state.phase, weft.lane('model').state.phase]).toEqual(['steady', 'stopped'])
  })
})

describe('a lane whose concurrency is found out', () => {
  it('shrinks on what is overloaded or does not answer, which costs attempts', async () => {
    await listen({ lanes: { model: {} } })
    const at = (index: number): void => {
      if (index === 8) throw new Failure('OVERLOADED', 'busy', { kind: 'overload', retryable: true })
    }
    const run = weft.map(
      Array.from({ length: 12 }, (_, index) => index),
      async (index, { attempt }) => {
        await rest()
        if (attempt === 1) at(index)
      },
      { lane: 'model', retry: { baseDelayMs: 10 } },
    )
    for (let turn = 0; turn < 10; turn += 1) await clock.advance(100)
    expect(statuses(await run)).toEqual(Array(12).fill('done'))
    expect(changes.map(({ why }) => why)).toEqual([
      expect.stringMatching(/^halved to \d+: overloaded, resumes in 0.1 s$/),
      expect.stringMatching(/^begins again/),
    ])
  })

  it.each([undefined, 20])(
    'waits while its provider has too much to do: that costs a few tasks attempts, not all of them (concurrency %s)',
    async (concurrency) => {
      await listen({ lanes: { model: concurrency === undefined ? {} : { concurrency } } })
      const run = weft.map(
        Array.from({ length: 100 }, (_, index) => index),
        async () => {
          await rest()
          if (clock.now() < 5_000) throw new Failure('OVERLOADED', 'busy', { kind: 'overload', retryable: true })
        },
        { lane: 'model' },
      )
      for (let turn = 0; turn < 300; turn += 1) await clock.advance(100)
      const outcomes = await run
      expect(statuses(outcomes).filter((status) => status === 'done').length).toBeGreaterThanOrEqual(95)
      expect(run.stats().attempts).toBeLessThan(170)
    },
  )

  it('takes an attempt that ran past its limit for a bad sign', async () => {
    await listen({ lanes: { model: {} } })
    const run = weft.map([1], () => new Promise(() => {}), {
      lane: 'model',
      timeoutMs: 1_000,
      retry: { maxAttempts: 1 },
    })
    await clock.advance(1_000)
    expect(statuses(await run)).toEqual(['failed'])
    expect(changes.map(({ why, state }) => [why, state.concurrency])).toEqual([['halved to 1: no answer in time', 1]])
  })

  it('can be resized: that is its ceiling', async () => {
    await listen({ lanes: { model: { maxConcurrency: 8 } } })
    expect(weft.lane('model').state).toMatchObject({ phase: 'slow-start', concurrency: 4, ceiling: 8 })
    await weft.map(Array(100).fill(0), () => rest(), { lane: 'model' })
    expect(weft.lane('model').state).toMatchObject({ phase: 'steady', concurrency: 8 })
    const resize: LaneTask<number, void> = {
      kind: 'lane-task',
      name: 'resize',
      lane: 'io',
      run: async (capacity, context) => {
        await context.open({
          name: 'sizes',
          open: ({ lane }) => {
            lane('model').resize(capacity)
            return { [Symbol.asyncDispose]: async () => {} }
          },
        })
      },
    }
    await weft.call(resize, 3)
    expect(weft.lane('model').state).toMatchObject({ concurrency: 3, ceiling: 3 })
    expect(weft.lane('model').capacity).toBe(3)
  })

  it('takes maxConcurrency with auto alone', async () => {
    await start()
    await weft.close()
    await expect(start({ lanes: { model: { concurrency: 3, maxConcurrency: 5 } } })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    })
  })
})

describe('limits that the provider states', () => {
  const report =
    (limit: number, remaining: number, resetMs = 60_000) =>
    (_: unknown, context: TaskContext) => {
      context.report({ limits: { requests: { limit, remaining, resetMs } } })
      return clock.now()
    }
  const options = { lane: 'model', concurrency: 1 }

  it('make the rate of a lane that states none, less its headroom', async () => {
    await listen(one)
    const run = weft.map(Array(5).fill(0), report(75, 75), options)
    await clock.advance(10_000)
    expect((await run).map((outcome) => outcome.status === 'done' && Math.round(outcome.value / 1_000))).toEqual([
      0, 0, 1, 2, 3,
    ])
    expect(weft.lane('model').state.rates).toMatchObject({ requests: { perMinute: 60 } })
    expect(changes.map(({ why }) => why)).toEqual(['learned its limits: 75 requests a minute'])
  })

  it('count where they are smaller than what is stated, and not where they are larger', async () => {
    await listen({ lanes: { model: { concurrency: 1, requestsPerMinute: 600, headroom: 1 } } })
    await weft.map([0], report(60, 60), options)
    expect(weft.lane('model').state.rates).toMatchObject({ requests: { perMinute: 60 } })
    await clock.advance(10_000)
    await weft.map([0], report(6_000, 6_000), options)
    expect(weft.lane('model').state.rates).toMatchObject({ requests: { perMinute: 600 } })
  })

  it('lower what may be taken now, and never raise it', async () => {
    await listen({ lanes: { model: { concurrency: 1, requestsPerMinute: 6_000, headroom: 1 } } })
    await weft.map([0], report(6_000, 5), options)
    expect(weft.lane('model').state.rates.requests!.level).toBeCloseTo(5)
    await weft.map([0], report(6_000, 6_000), options)
    expect(weft.lane('model').state.rates.requests!.level).toBeCloseTo(4)
  })

  it('hold the lane where nothing is left, until it is whole again', async () => {
    await listen(one)
    const run = weft.map([0, 1], report(6_000, 0, 7_000), options)
    await clock.advance(6_999)
    expect(run.progress.done).toBe(1)
    await clock.advance(200)
    expect(statuses(await run)).toEqual(['done', 'done'])
  })

  it('say nothing where they are no numbers', async () => {
    await listen(one)
    await weft.map([0], report(Number.NaN, 0), options)
    await weft.map([0], report(0, 0), options)
    await weft.map([0], (_, context) => context.report({ firstTokenMs: Number.NaN }), options)
    expect(weft.lane('model').state).toMatchObject({ phase: 'steady', rates: {} })
  })

  it('are told what others have begun meanwhile: they cannot know of it yet', async () => {
    await listen({ lanes: { model: { concurrency: 4 } } })
    const held = gate()
    const run = weft.map(
      [0, 1, 2, 3],
      async (index, context) => {
        if (index === 0) await held.opened
        if (index === 0) context.report({ limits: { requests: { limit: 6_000, remaining: 10, resetMs: 1_000 } } })
      },
      { lane: 'model' },
    )
    await rest()
    held.open()
    await run
    expect(weft.lane('model').state.rates.requests!.level).toBeCloseTo(7)
  })
})

describe('a lane that is stopped', () => {
  const noKey = (): Failure => new Failure('AUTH_FAILED', 'the key is not accepted', { kind: 'auth' })

  it('skips all that waits and all that comes, until it is opened again', async () => {
    await listen({ lanes: { model: { concurrency: 2, perKey: { concurrency: 1 } } } })
    const held = gate()
    const run = weft.map(
      Array.from({ length: 50 }, (_, index) => index),
      async (index) => {
        if (index === 0) await held.opened
        else throw noKey()
      },
      { lane: 'model', laneKey: (index) => (index < 3 ? 'a' : 'b') },
    )
    await rest()
    held.open()
    const outcomes = await run
    // What was on its way goes on.
    expect(statuses(outcomes)).toEqual(['done', 'skipped', 'skipped', 'failed', ...Array(46).fill('skipped')])
    expect(outcomes[4]).toMatchObject({
      attempts: 0,
      cause: {
        code: 'LANE_STOPPED',
        cause: { code: 'AUTH_FAILED' },
        message: expect.stringContaining("lane('model').resume()"),
      },
    })
    expect(weft.lane('model').state).toMatchObject({ phase: 'stopped', failure: { code: 'LANE_STOPPED' } })
    expect(statuses(await weft.map([1], () => 1, { lane: 'model' }))).toEqual(['skipped'])
    weft.lane('model').resume()
    expect(statuses(await weft.map([1], () => 1, { lane: 'model' }))).toEqual(['done'])
    await rest()
    expect(changes.map(({ why }) => why)).toEqual([
      'stopped: AUTH_FAILED: the key is not accepted',
      'resumed, 2 at a time',
    ])
  })

  it('skips what waits for its rate, and what backs off', async () => {
    await listen({ lanes: { model: { concurrency: 4, requestsPerMinute: 60, headroom: 1 } } })
    const run = weft.map(
      [0, 1, 2, 3, 4],
      (index) => {
        if (index === 1) throw noKey()
        throw new Failure('BUSY', 'busy', { retryable: true, retryAfterMs: 10_000 })
      },
      { lane: 'model' },
    )
    await clock.advance(1_100)
    expect(run.progress).toMatchObject({ failed: 1, skipped: 3, waiting: 1 })
    await clock.advance(20_000)
    expect(await run).toMatchObject([{ status: 'skipped', attempts: 1 }, { status: 'failed' }, {}, {}, {}])
  })

  it('lets no run hang, whatever its pattern', async () => {
    await listen(one)
    await weft.map([1], () => Promise.reject(noKey()), { lane: 'model' })
    const first = task(() => 1, { lane: 'model' })
    const after = task({ needs: { first } }, () => 2)
    expect(await weft.graph({ first, after })).toMatchObject({
      first: { status: 'skipped', cause: { code: 'LANE_STOPPED' } },
      after: { status: 'skipped', cause: { code: 'NEED_FAILED' } },
    })
    const pipeline = weft
      .pipeline([1, 2])
      .step('a', () => 1)
      .step('b', () => 2, { lane: 'model' })
    expect(statuses(await pipeline)).toEqual(['skipped', 'skipped'])
    const parent = weft.map([1], (_, { run }) => run.map([1, 2], () => 1, { lane: 'model' }).then(statuses))
    expect(await parent).toMatchObject([{ status: 'done', value: ['skipped', 'skipped'] }])
    const keyed = weft.map([1, 1, 1], () => 1, { lane: 'model', key: String, budget: { tasks: 2 } })
    expect(statuses(await keyed)).toEqual(['skipped', 'skipped', 'skipped'])
    await expect(
      weft.call(
        onModel(() => 1),
        1,
      ),
    ).rejects.toMatchObject({ code: 'LANE_STOPPED' })
    const { winner } = await weft.any([1, 2], () => 1, { lane: 'model' })
    expect(winner).toBeUndefined()
  })

  it('is one that is asked to wait for longer than ten minutes', async () => {
    await listen(one)
    const run = weft.map([1, 2], refusing(9, 3_600_000).work, { lane: 'model', retry: { maxRetryAfterMs: 1e9 } })
    expect(await run).toMatchObject([{ status: 'failed', attempts: 1 }, { status: 'skipped' }])
  })

  it.each(['spending-cap', 'auth'] as const)('is one whose provider says %s', async (kind) => {
    await listen(one)
    const run = weft.map([1, 2], () => Promise.reject(new Failure('NO', 'no', { kind, retryable: true })), {
      lane: 'model',
    })
    expect(await run).toMatchObject([{ status: 'failed', attempts: 1 }, { status: 'skipped' }])
  })

  it.each(['input', 'content', 'connection'] as const)('is not one whose provider says %s', async (kind) => {
    await listen(one)
    const run = weft.map([1, 2], () => Promise.reject(new Failure('NO', 'no', { kind })), { lane: 'model' })
    expect(statuses(await run)).toEqual(['failed', 'failed'])
    expect(changes).toEqual([])
  })
})

it('a listener that ends the run which it hears of does no harm', async () => {
  changes.length = 0
  await start({
    ...one,
    onEvent: (event) => {
      if (event.type === 'lane-changed') run.cancel()
    },
  })
  const run = weft.map([1, 2, 3], refusing(2, 100).work, { lane: 'model' })
  await clock.advance(1_000)
  expect(statuses(await run)).toEqual(['cancelled', 'cancelled', 'cancelled'])
})

it('a lane that cools begins again with what is left, however the rest ended', async () => {
  await listen({ lanes: { model: { concurrency: 8 } } })
  const held = gate()
  const run = weft.map(
    Array.from({ length: 8 }, (_, index) => index),
    async (index, { attempt }) => {
      await rest()
      if (attempt > 1) return
      if (index === 0) throw refusal(5_000)
      await held.opened
      throw new Failure('CONNECTION_LOST', 'gone', { kind: 'connection' })
    },
    { lane: 'model' },
  )
  await clock.advance(1_000)
  expect(weft.lane('model').state.concurrency).toBe(7)
  held.open()
  await rest()
  expect(weft.lane('model').state.concurrency).toBe(4)
  await clock.advance(10_000)
  expect(statuses(await run)).toEqual(['done', ...Array(7).fill('failed')])
})

describe('what would have waited for ever', () => {
  it.each(['before', 'after'])(
    'is a task whose second attempt is refused once it has failed itself, in a run that was drained %s that',
    async (when) => {
      await listen({ lanes: { model: { concurrency: 4 } } })
      const [first, second] = [gate(), gate()]
      let begun = 0
      const run = weft.map(
        [1],
        async () => {
          begun += 1
          await (begun === 1 ? first.opened : second.opened)
          throw begun === 2 ? refusal() : new Failure('NO', 'no')
        },
        { lane: 'model', hedge: { afterMs: 1_000, maxExtra: 1 } },
      )
      await clock.advance(1_500)
      begun = 1
      first.open()
      await rest()
      begun = 2
      if (when === 'before') run.drain('enough')
      second.open()
      await rest()
      run.drain('enough')
      expect(run.stats().tally).toMatchObject({ in: 1, cancelled: 1 })
      expect(await run).toMatchObject([{ status: 'cancelled', reason: 'enough' }])
    },
  )

  it('is a task of a graph whose second attempt is refused once it has failed itself', async () => {
    await listen({ lanes: { model: { concurrency: 4 } } })
    const [first, second] = [gate(), gate()]
    let begun = 0
    const ask = async (): Promise<string> => {
      begun += 1
      if (begun === 1) return first.opened.then(() => Promise.reject(new Failure('NO', 'no')))
      if (begun === 2) return second.opened.then(() => Promise.reject(refusal()))
      return 'answer'
    }
    const graph = weft.graph({ ask: task(ask, { lane: 'model', hedge: { afterMs: 1_000, maxExtra: 1 } }) })
    await clock.advance(1_500)
    first.open()
    await rest()
    second.open()
    await rest()
    await clock.advance(60_000)
    graph.cancel()
    expect((await graph).ask).toMatchObject({ status: 'done', value: 'answer' })
  })

  it('is a slow task on a lane that was stopped, which has no second attempt for it', async () => {
    await listen({ lanes: { model: { concurrency: 4 } } })
    const held = gate()
    const run = weft.map(
      [1, 2],
      (n) => {
        if (n === 2) throw new Failure('AUTH_FAILED', 'no', { kind: 'auth' })
        return held.opened
      },
      { lane: 'model', hedge: { afterMs: 1_000, maxExtra: 1 } },
    )
    await clock.advance(10_000)
    held.open()
    expect(statuses(await run)).toEqual(['done', 'failed'])
    expect(run.stats().hedges).toBe(0)
  })

  it('is a task that is refused every time while others are answered', async () => {
    await listen({ lanes: { model: { concurrency: 2 } } })
    const all = Array.from({ length: 4_000 }, (_, index) => index)
    const stream = weft.stream(
      all,
      async (index) => {
        if (index === 3) throw refusal(1_000)
        await new Promise<void>((resolve) => clock.startTimer(resolve, 1_000))
      },
      { lane: 'model' },
    )
    const refused = (async () => {
      for await (const outcome of stream) if (outcome.index === 3) return outcome
      return undefined
    })()
    await clock.advance(900_000)
    expect(await refused).toMatchObject({ status: 'failed', failure: { code: 'RATE_LIMITED' } })
    // Ten minutes of refusals, then the attempts that it has.
    expect(clock.now()).toBe(900_000)
    expect(stream.stats().tally.done).toBeGreaterThan(100)
    await clock.advance(10_000)
  })

  it.each([Number.POSITIVE_INFINITY, 86_400_000])(
    'is a lane that a time limit asks to wait for %d ms',
    async (retryAfterMs) => {
      await listen({ lanes: { model: { concurrency: 2 } } })
      let begun = 0
      const run = weft.map(
        [1, 2, 3],
        () => {
          begun += 1
          if (begun === 1) throw new Failure('TIMEOUT', 'no answer', { retryAfterMs })
        },
        { lane: 'model' },
      )
      await clock.advance(700_000)
      expect(statuses(await run)).toEqual(['failed', 'done', 'done'])
    },
  )

  it.each([5e-324, 0.01, 1e13, Number.MAX_VALUE])('is a lane that is told of a limit of %d', async (limit) => {
    await listen({ lanes: { model: { concurrency: 2 } } })
    const window = { limit, remaining: 0, resetMs: 1 }
    const run = weft.map(
      [1, 2, 3, 4],
      (_, context) => context.report({ limits: { requests: window, inputTokens: window, outputTokens: window } }),
      { lane: 'model', estimate: { inputTokens: 10, outputTokens: 10 } },
    )
    await clock.advance(60_000)
    expect(statuses(await run)).toEqual(Array(4).fill('done'))
    expect(weft.lane('model').state.rates).toEqual({})
  })
})
