import { describe, expect, it } from 'vitest'
import { Failure, type MapOptions, type StreamRun, type TaskContext, type WeftEvent } from '../../src/index.ts'
import { gate } from '../fixtures/gate.ts'
import { rest } from '../fixtures/manual-clock.ts'
import { clock, start, statuses, weft } from '../support/runtime.ts'

const forever = (): Promise<never> => new Promise(() => {})
const once = { retry: { maxAttempts: 1 } }

const pause = (ms: number): Promise<void> => new Promise((resolve) => void clock.startTimer(resolve, ms))

/** One slot, and one for each key. */
const narrow = { lanes: { one: { concurrency: 1, perKey: { concurrency: 1 } } } }
const keys: Readonly<Record<string, Pick<MapOptions<number>, 'laneKey'>>> = {
  'without keys': {},
  'on one key': { laneKey: () => 'k' },
}

describe.each(Object.entries(keys))('parents and children on one lane with one slot, %s', (_, keyed) => {
  const options = { lane: 'one', ...keyed }
  let held = 0
  const holding = async (work: () => Promise<void>): Promise<void> => {
    held += 1
    expect(held).toBe(1)
    await work()
    held -= 1
  }

  it('ten deep, awaited', async () => {
    await start(narrow)
    held = 0
    const down = async (depth: number, context: TaskContext): Promise<number> => {
      await holding(rest)
      const outcomes = depth === 0 ? [] : await context.run.map([depth - 1, depth - 1], down, options)
      await holding(rest)
      return outcomes.reduce((sum, outcome) => sum + (outcome.status === 'done' ? outcome.value : Number.NaN), 1)
    }
    // Two to the tenth would be many: two at the top, then one each.
    const chain = async (depth: number, context: TaskContext): Promise<number> => {
      await holding(rest)
      if (depth === 0) return 1
      const [outcome] = await context.run.map([depth - 1], chain, options)
      await holding(rest)
      return outcome!.status === 'done' ? outcome!.value + 1 : Number.NaN
    }
    expect(await weft.map([10, 10], chain, options)).toMatchObject([{ value: 11 }, { value: 11 }])
    expect(await weft.map([4], down, options)).toMatchObject([{ value: 31 }])
  })

  it('ten deep, iterated', async () => {
    await start(narrow)
    held = 0
    const chain = async (depth: number, context: TaskContext): Promise<number> => {
      if (depth === 0) return 1
      let sum = 1
      for await (const outcome of context.run.stream([depth - 1, 0], chain, options)) {
        await holding(rest)
        sum += outcome.status === 'done' ? outcome.value : Number.NaN
      }
      return sum
    }
    expect(await weft.map([10], chain, options)).toMatchObject([{ value: 21 }])
  })

  it('several children awaited at once', async () => {
    await start(narrow)
    const work = async (depth: number, context: TaskContext): Promise<number> => {
      if (depth === 0) return 1
      const children = [1, 2, 3].map(() => context.run.map([depth - 1, depth - 1], work, options))
      const stream = Array.fromAsync(context.run.stream([depth - 1], work, options))
      const all = [...(await Promise.all(children)), await stream].flat()
      return all.reduce((sum, outcome) => sum + (outcome.status === 'done' ? outcome.value : Number.NaN), 0)
    }
    expect(await weft.map([2, 2], work, options)).toMatchObject([{ value: 49 }, { value: 49 }])
  })

  it('several parents, each with several children, in turn and awaited one after another', async () => {
    await start(narrow)
    const run = weft.map(
      [1, 2, 3, 4, 5],
      async (_, context) => {
        const all: string[] = []
        for (let round = 0; round < 3; round += 1) {
          all.push(...statuses(await context.run.map([1, 2], () => rest(), options)))
        }
        return all.length
      },
      options,
    )
    expect(await run).toMatchObject(Array(5).fill({ status: 'done', value: 6 }))
  })
})

describe('the lease of a parent', () => {
  it('is free exactly while it awaits, and held again when its await goes on', async () => {
    await start({ lanes: { one: { concurrency: 1 }, other: {} } })
    const gates = [gate(), gate(), gate()]
    const steps: string[] = []
    const run = weft.map(
      [1],
      async (_, context) => {
        const child = context.run.map([1], () => gates[0]!.opened, { lane: 'other' })
        steps.push('made')
        await gates[1]!.opened
        steps.push('awaits')
        await child
        steps.push(`goes on with ${weft.lane('one').running}`)
        // Ended already: nothing to wait for.
        await child
        steps.push(`still ${weft.lane('one').running}`)
        await gates[2]!.opened
      },
      { lane: 'one' },
    )
    await rest()
    expect([...steps, weft.lane('one').running]).toEqual(['made', 1])
    gates[1]!.open()
    await rest()
    expect([...steps, weft.lane('one').running]).toEqual(['made', 'awaits', 0])
    const held = gate()
    const other = weft.map([1], () => held.opened, { lane: 'one' })
    const waits = weft.map([1], () => steps.push('other'), { lane: 'one' })
    await rest()
    gates[0]!.open()
    await rest()
    expect(steps).toEqual(['made', 'awaits'])
    expect(weft.lane('one').waiting).toBe(1)
    held.open()
    await other
    await rest()
    expect(steps).toEqual(['made', 'awaits', 'goes on with 1', 'still 1'])
    gates[2]!.open()
    await run
    await waits
  })

  it('is not given up for a child that is not awaited', async () => {
    await start({ lanes: { one: { concurrency: 1 } } })
    const run = weft.map(
      [1],
      async (_, context) => {
        context.run.map([1, 2], forever)
        await pause(100)
        return weft.lane('one').running
      },
      { lane: 'one' },
    )
    await clock.advance(110)
    expect(await run).toMatchObject([{ status: 'done', value: 1 }])
    expect(run.stats()).toMatchObject({ children: { in: 2, cancelled: 2 }, abandoned: 2 })
  })

  it('is free while it waits for the next outcome of a stream, and held while it has one in hand', async () => {
    await start({ lanes: { one: { concurrency: 1 }, other: {} } })
    const gates = [gate(), gate()]
    const running: number[] = []
    const run = weft.map(
      [1],
      async (_, context) => {
        for await (const _outcome of context.run.stream([0, 1], (index) => gates[index]!.opened, { lane: 'other' })) {
          running.push(weft.lane('one').running)
          await rest()
        }
        running.push(weft.lane('one').running)
      },
      { lane: 'one' },
    )
    await rest()
    expect(weft.lane('one').running).toBe(0)
    gates[0]!.open()
    await rest()
    await rest()
    await rest()
    expect([...running, weft.lane('one').running]).toEqual([1, 0])
    gates[1]!.open()
    await run
    expect(running).toEqual([1, 1, 1])
  })

  it('takes no request of its lane again', async () => {
    await start({ lanes: { slow: { requestsPerMinute: 60, headroom: 1 }, other: {} } })
    const run = weft.map(
      [1],
      async (_, context) => {
        for (let round = 0; round < 5; round += 1) await context.run.map([1], () => {}, { lane: 'other' })
        return clock.now()
      },
      { lane: 'slow' },
    )
    expect(await run).toMatchObject([{ value: 0 }])
  })
})

describe('the time limits of a parent', () => {
  it('stand while it waits for children, and go on after', async () => {
    await start()
    const run = weft.map(
      [1],
      async (_, context) => {
        await pause(60)
        await context.run.map([1], () => pause(10_000))
        await pause(60)
      },
      { timeoutMs: 100, ...once },
    )
    await clock.advance(10_080)
    expect(run.progress).toMatchObject({ running: 1 })
    await clock.advance(50)
    expect(await run).toMatchObject([{ status: 'failed', failure: { code: 'TIMEOUT' } }])
    expect((await run)[0]!.runMs).toBeLessThan(110)
    await clock.advance(100)
  })

  it('are not those of its children', async () => {
    await start()
    const run = weft.map([1], async (_, { run }) => statuses(await run.map([1], forever, { timeoutMs: 50, ...once })))
    await clock.advance(60)
    expect(await run).toMatchObject([{ status: 'done', value: ['failed'] }])
  })
})

describe('children end with their parent', () => {
  it('when nobody awaited them', async () => {
    await start()
    const reasons: unknown[] = []
    const run = weft.map([1], async function parent(_, context) {
      context.run.map([1, 2], (_, { signal }) => {
        signal.addEventListener('abort', () => reasons.push((signal.reason as Failure).message))
        return forever()
      })
      context.run.stream([1], forever)
      await rest()
      return 'done'
    })
    expect(await run).toMatchObject([{ status: 'done', value: 'done' }])
    expect(reasons).toEqual(Array(2).fill('parent had already ended'))
  })

  it('when the run at the top is cancelled: all of them, however deep', async () => {
    await start()
    const reasons: string[] = []
    const down = async (depth: number, context: TaskContext): Promise<void> => {
      context.signal.addEventListener('abort', () => reasons.push((context.signal.reason as Failure).message))
      if (depth === 0) return forever()
      const child = context.run.map([depth - 1], down)
      if (depth % 2 === 0) await Array.fromAsync(context.run.stream([depth - 1], down))
      await child
    }
    const run = weft.map([4], down)
    await rest()
    run.cancel('enough')
    expect(await run).toMatchObject([{ status: 'cancelled', reason: 'enough' }])
    expect(reasons).toEqual(Array(13).fill('enough'))
    expect(run.stats().children.cancelled).toBe(12)
    await rest()
    // Only those that look at no signal.
    expect(run.stats().abandoned).toBeGreaterThan(0)
  })

  it('and begin nothing more while they end: not in the place of one that has just ended', async () => {
    await start({ lanes: { one: { concurrency: 1 } } })
    for (const how of ['cancel', 'time out'] as const) {
      const begun: string[] = []
      const run = weft.map(
        ['a', 'b'],
        async (name, context) => {
          const child = (nth: number): PromiseLike<unknown> =>
            context.run.map([1, 2], () => begun.push(name + nth) && forever(), { lane: 'one' })
          if (how === 'time out') return [child(1), child(2), await forever()]
          return Promise.all([child(1), child(2)])
        },
        { timeoutMs: 100, ...once },
      )
      await rest()
      expect(begun).toHaveLength(1)
      if (how === 'cancel') run.cancel()
      else await clock.advance(150)
      expect(new Set(statuses(await run)).size).toBe(1)
      expect(begun).toHaveLength(1)
    }
  })

  it('when its attempt times out or fails: the next attempt has children of its own', async () => {
    await start()
    const cancelled: string[] = []
    const run = weft.map(
      [1],
      async (_, context) => {
        const child = context.run.map(['child'], (_, { signal }) => {
          signal.addEventListener('abort', () => cancelled.push(`of attempt ${context.attempt}`))
          return context.attempt === 3 ? Promise.resolve('value') : forever()
        })
        if (context.attempt === 1) await forever()
        if (context.attempt === 2) throw new Failure('BUSY', 'busy', { retryable: true })
        return statuses(await child)
      },
      { timeoutMs: 100, retry: { baseDelayMs: 0 } },
    )
    for (let step = 0; step < 5; step += 1) await clock.advance(100)
    expect(await run).toMatchObject([{ status: 'done', value: ['done'], attempts: 3 }])
    expect(cancelled).toEqual(['of attempt 1', 'of attempt 2'])
    expect(run.stats()).toMatchObject({ children: { in: 3, done: 1, cancelled: 2 }, attempts: 6, retries: 2 })
  })

  it('and none is started after that: it is refused', async () => {
    await start()
    let kept: TaskContext | undefined
    let stream: StreamRun<unknown, number> | undefined
    const run = weft.map([1], (_, context) => {
      kept = context
      stream = context.run.stream([1], () => expect.fail('ran'))
    })
    await run
    await expect(kept!.run.map([1], () => expect.fail('ran'))).rejects.toMatchObject({ code: 'CANCELLED' })
    await expect(Array.fromAsync(kept!.run.stream([1], () => expect.fail('ran')))).rejects.toMatchObject({
      code: 'CANCELLED',
    })
    await expect(Array.fromAsync(stream!)).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(run.stats().children.in).toBe(0)
  })

  it('nor after a time limit, while the function goes on', async () => {
    await start()
    const held = gate()
    let late: unknown
    const run = weft.map(
      [1],
      async (_, context) => {
        const { run } = context
        await held.opened
        late = await run.map([1], () => expect.fail('ran')).then(undefined, (failure: Failure) => failure.code)
      },
      { timeoutMs: 10, ...once },
    )
    await clock.advance(20)
    expect(await run).toMatchObject([{ status: 'failed' }])
    held.open()
    await rest()
    expect(late).toBe('TIMEOUT')
    expect(run.stats().abandoned).toBe(0)
  })

  it('when the runtime is closed', async () => {
    await start()
    const inner: string[] = []
    const run = weft.map([1], async (_, context) => {
      const outcomes = await context.run.map([1, 2], forever)
      inner.push(...statuses(outcomes))
    })
    await rest()
    await weft.close()
    expect(await run).toMatchObject([{ status: 'cancelled', reason: 'the runtime was closed' }])
    await rest()
    expect(inner).toEqual(['cancelled', 'cancelled'])
  })
})

describe('the figures of a run', () => {
  it('hold those of its child runs, by their names', async () => {
    const events: WeftEvent[] = []
    await start({ onEvent: (event) => events.push(event) })
    async function leaf(_: number, context: TaskContext): Promise<void> {
      context.addUsage({ inputTokens: 1, costUsd: 0.5 })
      await pause(10)
      if (context.index === 1) throw new Error('broken')
    }
    const run = weft.map(
      [1, 2],
      async function parent(_, context) {
        context.addUsage({ outputTokens: 3 })
        await pause(5)
        await context.run.map([1, 2], leaf, { name: 'first' })
        for await (const _ of context.run.stream(
          [1],
          async function middle(_, inner) {
            await inner.run.map([1], leaf, { name: 'first' })
          },
          { name: 'second' },
        ));
      },
      { name: 'top' },
    )
    for (let step = 0; step < 4; step += 1) await clock.advance(10)
    await run
    const statistics = run.stats()
    expect(statistics).toMatchObject({
      tally: { in: 2, done: 2 },
      children: { in: 8, done: 6, failed: 2 },
      attempts: 10,
      usage: { inputTokens: 6, outputTokens: 6, costUsd: 3 },
      sumMs: 2 * (5 + 2 * 10 + 10),
      abandoned: 0,
    })
    expect(statistics.stages).toMatchObject([
      { name: 'first', tally: { in: 4, done: 2, failed: 2 }, sumMs: 40, longestMs: 10, attempts: 4 },
      { name: 'second', tally: { in: 4, done: 4 }, sumMs: 20, attempts: 4, usage: { inputTokens: 2 } },
    ])
    const started = events.filter((event) => event.type === 'run-started')
    const parents = started.map((event) => [event.name, event.type === 'run-started' && event.parentTaskId])
    expect(parents[0]).toEqual(['top', undefined])
    expect(parents.slice(1).sort()).toEqual([
      ['first', `${run.id}/0`],
      ['first', `${run.id}/1`],
      ['first', expect.stringMatching(/^r\d+\/0$/)],
      ['first', expect.stringMatching(/^r\d+\/0$/)],
      ['second', `${run.id}/0`],
      ['second', `${run.id}/1`],
    ])
    const ended = events.filter((event) => event.type === 'run-ended')
    expect(ended).toHaveLength(7)
    expect(ended.at(-1)!.runId).toBe(run.id)
  })

  it('show those of children that are still on', async () => {
    await start()
    const held = gate()
    const run = weft.map([1], (_, context) => context.run.map([1, 2], () => held.opened, { concurrency: 1 }).then())
    await rest()
    expect(run.stats()).toMatchObject({ attempts: 2, children: { in: 0 } })
    held.open()
    await run
    expect(run.stats()).toMatchObject({ attempts: 3, children: { in: 2, done: 2 } })
  })

  it('count up the tree what was abandoned, and take it back when it ends after all', async () => {
    await start()
    const late = gate()
    let child: { stats(): { abandoned: number } } | undefined
    const run = weft.map([1], async (_, context) => {
      const inner = context.run.map([1, 2], () => late.opened, { timeoutMs: 10, ...once })
      child = inner
      return statuses(await inner)
    })
    await clock.advance(20)
    expect(await run).toMatchObject([{ value: ['failed', 'failed'] }])
    expect([run.stats().abandoned, child!.stats().abandoned]).toEqual([2, 2])
    late.open()
    await rest()
    expect([run.stats().abandoned, child!.stats().abandoned]).toEqual([0, 0])
  })
})

describe('a child run', () => {
  it('that was misused rejects where it is awaited, and its parent goes on with its lease', async () => {
    await start({ lanes: { one: { concurrency: 1 } } })
    const run = weft.map(
      [1],
      async (_, context) => {
        const codes: string[] = []
        const note = (failure: Failure): void => void codes.push(failure.code)
        await context.run.map([1], forever, { lane: 'none' }).then(undefined, note)
        await context.run.map('text' as never, forever).then(undefined, note)
        await Array.fromAsync(context.run.stream([1], forever, { bogus: 1 } as never)).catch(note)
        return [...codes, weft.lane('one').running]
      },
      { lane: 'one' },
    )
    expect(await run).toMatchObject([{ value: ['INVALID_OPTION', 'INVALID_INPUT', 'INVALID_OPTION', 1] }])
  })

  it('can be cancelled by its parent, which goes on', async () => {
    await start({ lanes: { one: { concurrency: 1 } } })
    const run = weft.map(
      [1],
      async (_, context) => {
        const child = context.run.map([1, 2], forever, { lane: 'one' })
        clock.startTimer(() => child.cancel('enough'), 50)
        return statuses(await child)
      },
      { lane: 'one' },
    )
    await clock.advance(60)
    expect(await run).toMatchObject([{ value: ['cancelled', 'cancelled'] }])
  })

  it('loses a race without holding its parent up, and the parent ends as it likes', async () => {
    await start({ lanes: { one: { concurrency: 1 } } })
    const run = weft.map(
      [1],
      async (_, context) => {
        const child = context.run.map([1], forever, { lane: 'one' })
        return Promise.race([child, pause(50).then(() => 'first')])
      },
      { lane: 'one' },
    )
    await clock.advance(60)
    expect(await run).toMatchObject([{ status: 'done', value: 'first' }])
    expect((await weft.map([1], () => 1, { lane: 'one' }))[0]!.status).toBe('done')
  })

  it('is served by turns with other roots: many children of one are one party', async () => {
    await start({ lanes: { one: { concurrency: 1 } } })
    const order: string[] = []
    const big = weft.map([1, 2, 3], async (_, context) => {
      await context.run.map(
        [1, 2],
        async () => {
          order.push('big')
          await rest()
        },
        { lane: 'one' },
      )
    })
    await rest()
    const small = weft.map(
      [1, 2, 3],
      async () => {
        order.push('small')
        await rest()
      },
      { lane: 'one' },
    )
    await Promise.all([big, small])
    const firstSmall = order.indexOf('small')
    expect(order.slice(firstSmall, firstSmall + 5).join(' ')).toBe('small big small big small')
  })

  it('may need what its parent, which awaits it, has a result for but no slot yet', async () => {
    await start(narrow)
    const held = gate()
    const run = weft.map(
      ['parent', 'other'],
      async (who, context) => {
        if (who === 'other') return held.opened
        async function* source(): AsyncGenerator<string> {
          const [outcome] = await context.run.map(['inner'], (text) => text)
          yield outcome!.input
        }
        const child = context.run.map(source(), (text) => text)
        // The inner run ends; its outcome waits for the slot that the other task has.
        await rest()
        queueMicrotask(held.open)
        await child
      },
      { lane: 'one' },
    )
    expect(statuses(await run)).toEqual(['done', 'done'])
  })
})
