import { getEventListeners } from 'node:events'
import { describe, expect, it, vi } from 'vitest'
import { Line } from '../../src/flow/line/line.ts'
import { deadline, quorum } from '../../src/flow/run/policy.ts'
import { Failure, type MapOptions, type Run, type StreamRun, type WeftEvent } from '../../src/index.ts'
import { gate } from '../fixtures/gate.ts'
import { rest } from '../fixtures/manual-clock.ts'
import { clock, start, statuses, weft } from '../support/runtime.ts'

const forever = (): Promise<never> => new Promise(() => {})

const pause = (ms: number): Promise<void> => new Promise((resolve) => void clock.startTimer(resolve, ms))
const busy = (): never => {
  throw new Failure('BUSY', 'busy', { retryable: true })
}

describe('a paused run', () => {
  it('begins nothing, neither new tasks nor further attempts, and lets go on what runs', async () => {
    await start()
    const held = gate()
    const begun: number[] = []
    const run = weft.map(
      [0, 1, 2],
      async (number, { attempt }) => {
        begun.push(number)
        if (number === 0 && attempt === 1) busy()
        await held.opened
      },
      { concurrency: 2, retry: { baseDelayMs: 100 } },
    )
    await rest()
    expect(begun).toEqual([0, 1, 2])
    run.pause()
    expect(run.paused).toBe(true)
    held.open()
    await clock.advance(1_000)
    expect(begun).toEqual([0, 1, 2])
    expect(run.progress).toMatchObject({ done: 2, running: 0, waiting: 1 })
    run.resume()
    expect(run.paused).toBe(false)
    expect(statuses(await run)).toEqual(['done', 'done', 'done'])
  })

  it('keeps nothing of its lane from others', async () => {
    await start({ lanes: { one: { concurrency: 1, perKey: { concurrency: 1 } } } })
    const options = { lane: 'one', laneKey: () => 'k' }
    const run = weft.map([1, 2, 3], () => rest(), options)
    run.pause()
    expect(statuses(await weft.map([1, 2], () => rest(), options))).toEqual(['done', 'done'])
    run.resume()
    expect(statuses(await run)).toEqual(['done', 'done', 'done'])
  })

  it('keeps its children still, and not the other way round', async () => {
    await start()
    const begun: string[] = []
    const children: Run[] = []
    const run = weft.map(['a', 'b'], async (name, context) => {
      const child = context.run.map(
        [1, 2, 3],
        async (number) => {
          begun.push(`${name}${number}`)
          await pause(10)
        },
        { concurrency: 1 },
      )
      children.push(child)
      return statuses(await child)
    })
    await clock.advance(5)
    run.pause()
    expect(children.map((child) => child.paused)).toEqual([true, true])
    await clock.advance(100)
    expect(begun).toEqual(['a1', 'b1'])
    children[0]!.pause()
    run.resume()
    await clock.advance(100)
    expect(begun).toEqual(['a1', 'b1', 'b2', 'b3'])
    expect(children.map((child) => child.paused)).toEqual([true, false])
    run.pause()
    children[0]!.resume()
    await clock.advance(100)
    expect(begun).toHaveLength(4)
    run.resume()
    await clock.advance(100)
    expect(await run).toMatchObject([{ value: ['done', 'done', 'done'] }, { value: ['done', 'done', 'done'] }])
  })

  it('can be paused before a stream starts, cancelled and drained while it is paused', async () => {
    await start()
    const stream = weft.stream([1, 2], (number) => number)
    stream.pause()
    const all = Array.fromAsync(stream)
    await rest()
    expect(stream.progress).toMatchObject({ done: 0, waiting: 2 })
    stream.resume()
    expect(statuses(await all)).toEqual(['done', 'done'])
    for (const how of ['cancel', 'drain'] as const) {
      const run = weft.map([1, 2], forever)
      run.pause()
      run[how]('enough')
      if (how === 'drain') run.cancel()
      expect(statuses(await run)).toEqual(['cancelled', 'cancelled'])
    }
  })
})

describe('stopping a run', () => {
  it('that is drained lets the children of what runs begin and end', async () => {
    await start()
    const held = gate()
    const run = weft.map(
      [1, 2],
      async (_, context) => {
        await held.opened
        return statuses(await context.run.map([1, 2], () => rest()))
      },
      { concurrency: 1 },
    )
    await rest()
    run.drain('closing')
    held.open()
    expect(await run).toMatchObject([
      { status: 'done', value: ['done', 'done'] },
      { status: 'cancelled', reason: 'closing' },
    ])
  })

  it('that is drained can still be cancelled, and not the other way round', async () => {
    await start()
    const run = weft.map([1, 2], forever, { concurrency: 1 })
    await rest()
    run.drain('closing')
    await rest()
    expect(run.progress).toMatchObject({ running: 1, cancelled: 1 })
    run.cancel('now')
    run.drain('too late')
    expect((await run).map((outcome) => outcome.status === 'cancelled' && outcome.reason)).toEqual(['now', 'closing'])
  })

  it.each(['waiting for their key', 'not read yet', 'backing off'])(
    'with tasks %s takes a number of steps that grows with them and no faster',
    async (how) => {
      const steps: number[] = []
      for (const size of [500, 1_000, 10_000]) {
        await weft?.close()
        await start({ lanes: { x: { concurrency: 20_000, perKey: { concurrency: 1 } } } })
        const asked = vi.spyOn(Line.prototype, 'next')
        const read = vi.spyOn(clock, 'now')
        const options: MapOptions<number> = {
          lane: 'x',
          ...(how === 'waiting for their key' && { laneKey: () => 'k' }),
          ...(how === 'not read yet' && { concurrency: 1 }),
        }
        const work = how === 'backing off' ? busy : forever
        const run = weft.map(Array(size).fill(1) as number[], work, options)
        await rest()
        const before = asked.mock.calls.length + read.mock.calls.length
        run.cancel()
        steps.push((asked.mock.calls.length + read.mock.calls.length - before) / size)
        expect(run.stats().tally).toMatchObject({ in: size, cancelled: size })
        await run
        asked.mockRestore()
      }
      for (const perTask of steps) expect(perTask).toBeLessThan(10)
    },
  )

  it('takes its listener from the signal it was given, however it ends', async () => {
    await start()
    const { signal } = new AbortController()
    const added = vi.spyOn(signal, 'addEventListener')
    const removed = vi.spyOn(signal, 'removeEventListener')
    await weft.map([1], () => 1, { signal })
    await weft.map([], () => 1, { signal })
    await weft.map([1], () => Promise.reject(new Error('broken')), { signal, policy: 'fail-fast' })
    await Array.fromAsync(weft.stream([1, 2], () => 1, { signal, budget: { tasks: 1 } }))
    const cancelled = weft.map([1], forever, { signal })
    cancelled.cancel()
    await cancelled
    for await (const _ of weft.stream([1, 2, 3], () => 1, { signal })) break
    await expect(weft.map([1], forever, { signal, lane: 'none' })).rejects.toThrow()
    const broken = {
      [Symbol.iterator]: () => {
        throw new Error('no')
      },
    }
    await expect(weft.map(broken as never, forever, { signal })).rejects.toMatchObject({ code: 'SOURCE_FAILED' })
    await rest()
    expect(added.mock.calls.length).toBeGreaterThan(4)
    expect(removed.mock.calls.length).toBeGreaterThanOrEqual(added.mock.calls.length)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('before its tasks are there loses none of them: by a listener of its start, or by its own source', async () => {
    let stream: StreamRun<unknown, unknown> | undefined
    await start({ onEvent: ({ type }) => type === 'run-started' && stream?.cancel('at once') })
    const { signal } = new AbortController()
    const run = weft.stream([1, 2, 3], forever, { signal, policy: deadline(1_000), budget: { wallMs: 1_000 } })
    stream = run
    expect(statuses(await Array.fromAsync(run))).toEqual(['cancelled', 'cancelled', 'cancelled'])
    expect(getEventListeners(signal, 'abort')).toEqual([])
    stream = undefined
    const source = new Set([1, 2, 3])
    const iterate = source[Symbol.iterator].bind(source)
    source[Symbol.iterator] = () => {
      self.cancel('by its source')
      return iterate()
    }
    const self: StreamRun<unknown, number> = weft.stream(source, forever, { signal })
    expect(await Array.fromAsync(self)).toMatchObject(Array(3).fill({ status: 'cancelled', reason: 'by its source' }))
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('by a listener of its first outcome, while the rest are given theirs, loses none of them', async () => {
    for (const how of ['drain', 'budget'] as const) {
      let run: Run | undefined
      await weft?.close()
      await start({ onEvent: (event) => event.type === 'task-settled' && event.status !== 'done' && run?.cancel() })
      const stream = weft.stream([1, 2, 3, 4], () => rest(), { concurrency: 1, budget: { tasks: 1 } })
      run = stream
      const all = Array.fromAsync(stream)
      await Promise.resolve()
      if (how === 'drain') stream.drain()
      expect(await all).toHaveLength(4)
      expect(stream.stats().tally.in).toBe(4)
    }
  })

  it('that was misused, before it starts, does not keep it from saying so', async () => {
    await start()
    const stream = weft.stream([1], forever, { bogus: true } as never)
    stream.cancel()
    await expect(Array.fromAsync(stream)).rejects.toMatchObject({ code: 'INVALID_OPTION' })
  })

  it('by closing the runtime holds for streams that have not started', async () => {
    await start()
    const stream = weft.stream([1], forever)
    await weft.close()
    await expect(Array.fromAsync(stream)).rejects.toMatchObject({ code: 'RUNTIME_CLOSED' })
  })
})

describe('a run over an array', () => {
  it('ends with its last task, though its lane would not ask it for more', async () => {
    await start({ lanes: { slow: { requestsPerMinute: 1 }, one: { concurrency: 1 } } })
    expect(statuses(await weft.map([1], () => 1, { lane: 'slow' }))).toEqual(['done'])
    expect(await weft.map([], () => 1, { lane: 'slow' })).toEqual([])
    weft.lane('one').pause()
    expect(await weft.map([], () => 1, { lane: 'one' })).toEqual([])
    weft.lane('one').resume()
    const held = gate()
    const first = weft.map([1], () => held.opened, { lane: 'one' })
    const blocker = weft.map([1], forever, { lane: 'one', priority: 5 })
    held.open()
    await first
    blocker.cancel()
    await blocker
  })
})

describe('events', () => {
  it('tell of every task once, why it was skipped, and of runs begun and ended', async () => {
    const events: WeftEvent[] = []
    await start({ onEvent: (event) => events.push(event) })
    const run = weft.map([1, 2, 3], () => 1, { name: 'counted', budget: { tasks: 1 } })
    await run
    expect(events.map(({ type, runId }) => [type, runId])).toEqual(
      ['run-started', 'task-started', 'task-settled', 'task-settled', 'task-settled', 'run-ended'].map((type) => [
        type,
        run.id,
      ]),
    )
    expect(events[0]).toMatchObject({ name: 'counted' })
    expect(events[0]).not.toHaveProperty('parentTaskId')
    expect(events[3]).toMatchObject({ status: 'skipped', failure: { code: 'BUDGET_SPENT' }, attempts: 0 })
    expect(events[5]).toMatchObject({ statistics: { tally: { in: 3, done: 1, skipped: 2 } } })
  })
})

describe('a stream that has not started', () => {
  it('has progress and figures, and can be stopped', async () => {
    await start()
    for (const stream of [weft.stream([1, 2, 3], forever), weft.stream([1], forever, { lane: 'none' })]) {
      expect(stream.progress).toEqual({ done: 0, failed: 0, skipped: 0, cancelled: 0, running: 0, waiting: 0 })
      expect(stream.stats()).toMatchObject({ tally: { in: 0 }, wallMs: 0, attempts: 0, children: { in: 0 } })
      expect(stream.signal.aborted).toBe(false)
      expect(stream.paused).toBe(false)
    }
    const stream = weft.stream([1, 2, 3], forever)
    stream.cancel('never mind')
    expect(await Array.fromAsync(stream)).toMatchObject(Array(3).fill({ status: 'cancelled', reason: 'never mind' }))
    const drained = weft.stream([1, 2, 3], forever)
    drained.drain()
    expect(statuses(await Array.fromAsync(drained))).toEqual(Array(3).fill('cancelled'))
  })
})

type How = 'map' | 'stream' | 'ordered stream'

describe.each<How>(['map', 'stream', 'ordered stream'])('policies through %s', (how) => {
  const collect = (items: readonly number[], work: (item: number) => unknown, options: MapOptions<number>) => {
    if (how === 'map') return weft.map(items, work, options)
    return Array.fromAsync(weft.stream(items, work, { ...options, ordered: how === 'ordered stream' }))
  }

  it('fail-fast ends the run with the first failure', async () => {
    await start()
    const outcomes = await collect(
      [0, 1, 2, 3],
      async (number) => {
        if (number === 1) throw new Error('broken')
        return number === 0 ? number : forever()
      },
      { policy: 'fail-fast' },
    )
    expect(statuses(outcomes).sort()).toEqual(['cancelled', 'cancelled', 'done', 'failed'])
    const cancelled = outcomes.find(({ status }) => status === 'cancelled')
    expect(cancelled).toMatchObject({ reason: expect.stringContaining('#1 failed: TASK_FAILED: broken') })
  })

  it('quorum ends it when enough are done, or cannot be any more', async () => {
    await start()
    const work = (number: number): unknown => {
      if (number < 0) throw new Error('broken')
      return number === 0 ? forever() : number
    }
    const reached = await collect([1, -1, 0, 1, 0], work, { policy: quorum(2) })
    expect(statuses(reached).sort()).toEqual(['cancelled', 'cancelled', 'done', 'done', 'failed'])
    const missed = await collect([1, -1, 0, 0], work, { policy: quorum(4) })
    expect(statuses(missed).sort()).toEqual(['cancelled', 'cancelled', 'done', 'failed'])
  })

  it('deadline ends it with what it has by then', async () => {
    await start()
    const outcomes = collect([10, 5_000, 20], (ms) => pause(ms), { policy: deadline(1_000) })
    await clock.advance(1_100)
    const ends = (await outcomes).map((outcome) => `${outcome.input} ${outcome.status}`)
    expect(ends.sort()).toEqual(['10 done', '20 done', '5000 cancelled'])
    await clock.advance(5_000)
  })
})
