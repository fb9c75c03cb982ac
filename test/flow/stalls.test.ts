import { afterEach, describe, expect, it } from 'vitest'
import { createRuntime, Failure, type Outcome, type Runtime, type RuntimeOptions, worker } from '../../src/index.ts'
import { gate } from '../fixtures/gate.ts'
import { ManualClock, rest } from '../fixtures/manual-clock.ts'

// What once stalled, crashed or lost something. Each of these ran for ever, or ended wrongly, before it was mended.

const tasks = worker<typeof import('../fixtures/workers/tasks.ts')>(
  new URL('../fixtures/workers/tasks.ts', import.meta.url),
)
const forever = (): Promise<never> => new Promise(() => {})
const first = (text: string): string => text[0]!
const keyed = { lanes: { x: { concurrency: 10, perKey: { concurrency: 1 } } } }

let weft: Runtime
const start = async (options: RuntimeOptions = {}): Promise<void> => {
  weft = await createRuntime(options)
}
afterEach(() => weft.close())

describe('a key', () => {
  it('is free for others when the run that would have had it next is cancelled', async () => {
    await start(keyed)
    const held = gate()
    const holder = weft.map(['k'], () => held.opened, { lane: 'x', laneKey: first })
    const next = weft.map(['k', 'j'], forever, { lane: 'x', laneKey: first, concurrency: 1 })
    const last = weft.map(['k'], () => 'ran', { lane: 'x', laneKey: first })
    await rest()
    held.open()
    await holder
    next.cancel()
    expect((await last)[0]).toMatchObject({ status: 'done', value: 'ran' })
  })

  it('is not kept by a run that cannot use it now', async () => {
    await start(keyed)
    const held = gate()
    const holder = weft.map(['k'], () => held.opened, { lane: 'x', laneKey: first })
    const full = weft.map(['k', 'j'], forever, { lane: 'x', laneKey: first, concurrency: 1 })
    const last = weft.map(['k'], () => 'ran', { lane: 'x', laneKey: first })
    await rest()
    held.open()
    await holder
    expect((await last)[0]).toMatchObject({ status: 'done' })
    full.cancel()
    await full
  })

  it('goes first to tasks that only have to go on: their results are not held back by those that wait to begin', async () => {
    await start({ lanes: { x: { concurrency: 10, perKey: { concurrency: 1 } } }, pool: { threads: 1 } })
    const ended: number[] = []
    const started: number[] = []
    await weft.map(
      [1, 2, 3, 4],
      async (number, context) => {
        started.push(number)
        await context.call(tasks.double, number)
        ended.push(number)
        // So that the others have a chance to overtake.
        await rest()
      },
      { lane: 'x', laneKey: () => 'host' },
    )
    expect(ended[0]).toBe(1)
    expect(started.length).toBe(4)
  })
})

describe('a source', () => {
  it('that throws at once where a promise is due breaks its run', async () => {
    await start()
    const source = {
      [Symbol.asyncIterator]: () => ({
        next(): never {
          throw new Error('at once')
        },
      }),
    }
    await expect(weft.map(source as never, forever)).rejects.toMatchObject({ code: 'SOURCE_FAILED' })
  })

  it('whose return is not async does not keep a run from being cancelled', async () => {
    await start()
    let number = 0
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false, value: number++ }),
        return: () => ({ done: true }),
      }),
    }
    const run = weft.map(source as never, forever, { concurrency: 2 })
    await rest()
    run.cancel('enough')
    expect((await run).every((outcome) => outcome.status === 'cancelled')).toBe(true)
  })

  it('that stops another run on the same lane while it is read is not forgotten', async () => {
    await start(keyed)
    const other = weft.map(['k'], forever, { lane: 'x', laneKey: first })
    function* source(): Generator<string> {
      yield 'k'
      other.cancel()
    }
    expect((await weft.map(source(), (text) => text, { lane: 'x', laneKey: first }))[0]).toMatchObject({
      status: 'done',
    })
  })

  it('that stops its own run gives each input exactly one outcome', async () => {
    await start()
    const ran: number[] = []
    const run: { cancel(): void } & PromiseLike<Outcome<void>[]> = weft.map(
      [0, 1, 2, 3],
      async (number) => void ran.push(number),
      {
        concurrency: 1,
        laneKey: (number) => {
          if (number === 1) run.cancel()
          return 'key'
        },
      },
    )
    await rest()
    const outcomes = await run
    await rest()
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['done', 'cancelled', 'cancelled', 'cancelled'])
    expect(ran).toEqual([0])
  })

  it('of nothing but refused inputs is read no faster than its outcomes are taken', async () => {
    await start()
    let read = 0
    function* endless(): Generator<number> {
      for (;;) yield read++
    }
    const laneKey = (): never => {
      throw new Error('no key')
    }
    const iterator = weft.stream(endless(), forever, { concurrency: 4, laneKey })[Symbol.asyncIterator]()
    expect((await iterator.next()).value).toMatchObject({ status: 'failed' })
    await rest()
    expect(read).toBeLessThan(10)
    await iterator.return?.()
  })

  it('that is slow takes nothing from the time of its tasks', async () => {
    const clock = new ManualClock()
    await start({ clock })
    const slow = {
      *[Symbol.iterator](): Generator<number> {
        for (let number = 0; number < 3; number += 1) {
          clock.skip(120)
          yield number
        }
      },
    }
    const run = weft.map(slow, () => rest(), { timeoutMs: 100, concurrency: 1 })
    await clock.advance(0)
    await rest()
    expect((await run).map(({ status, runMs }) => [status, runMs])).toEqual(Array(3).fill(['done', 0]))
  })
})

describe('a call', () => {
  it('that nobody waits for when its task ends leaves no rejection unhandled', async () => {
    await start({ pool: { threads: 1 } })
    const unhandled: unknown[] = []
    const note = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', note)
    const run = weft.map([1], async (_, context) => {
      const one = context.call(tasks.spin, 0)
      const other = context.call(tasks.spin, 0)
      return [await one, await other]
    })
    await weft.map([1], () => rest())
    run.cancel()
    await run
    await weft.map([1], (_, context) => void context.call(tasks.double, 1))
    await rest()
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
  })

  it.each([
    ['of nothing', undefined, {}, 'INVALID_INPUT'],
    ['with a limit that is none', tasks.double, { timeoutMs: Number.NaN }, 'INVALID_OPTION'],
    ['with a limit in the past', tasks.double, { timeoutMs: -5 }, 'INVALID_OPTION'],
    ['with a misspelt option', tasks.double, { timeout: 5 }, 'INVALID_OPTION'],
  ])('%s is refused, and its task goes on with its lease and its limits', async (_, task, options, code) => {
    const clock = new ManualClock()
    await start({ clock, lanes: { one: { concurrency: 1 } } })
    const codes: string[] = []
    const run = weft.map(
      [1],
      async (_input, context) => {
        await context
          .call(task as never, 1 as never, options as never)
          .catch((failure: Failure) => codes.push(failure.code))
        await forever()
      },
      { lane: 'one', timeoutMs: 100, retry: { maxAttempts: 1 } },
    )
    await rest()
    expect(weft.lanes().find((lane) => lane.name === 'one')!.running).toBe(1)
    await clock.advance(200)
    expect((await run)[0]).toMatchObject({ failure: { code: 'TIMEOUT' } })
    expect(codes).toEqual([code])
  })
})

describe('a failure that asks for nonsense', () => {
  it.each([Number.NaN, -5, Number.POSITIVE_INFINITY])('retryAfterMs %d disarms nobody', async (retryAfterMs) => {
    const clock = new ManualClock()
    await start({ clock, random: () => 0.5 })
    const asking = weft.map([1], () => {
      throw new Failure('ODD', 'odd', { retryable: true, retryAfterMs })
    })
    const other = weft.map([1], forever, { timeoutMs: 100, retry: { maxAttempts: 1 } })
    for (let step = 0; step < 10; step += 1) await clock.advance(1_000)
    expect((await asking)[0]!.status).toBe('failed')
    expect((await other)[0]).toMatchObject({ failure: { code: 'TIMEOUT' } })
  })

  it('a back-off of nothing grows to nothing', async () => {
    await start({ clock: new ManualClock() })
    const run = weft.map(
      [1],
      () => {
        throw new Failure('BUSY', 'busy', { retryable: true })
      },
      { retry: { maxAttempts: 1, baseDelayMs: 0, factor: 1e300 } },
    )
    expect((await run)[0]!.status).toBe('failed')
  })
})

describe('stopping', () => {
  it('starts nothing more: neither what waits after a back-off nor the next run in line', async () => {
    const clock = new ManualClock()
    await start({ clock, random: () => 0, lanes: { one: { concurrency: 1 } } })
    let calls = 0
    const run = weft.map(
      [1, 2, 3],
      () => {
        calls += 1
        if (calls <= 3) throw new Failure('BUSY', 'busy', { retryable: true })
        return forever()
      },
      { lane: 'one', retry: { baseDelayMs: 1 } },
    )
    const waiting = weft.map(
      [1],
      () => {
        calls += 100
      },
      { lane: 'one' },
    )
    await clock.advance(100)
    const before = calls
    await weft.close()
    expect(calls).toBe(before)
    expect((await run).length + (await waiting).length).toBe(4)
  })

  it('by a listener keeps what was done', async () => {
    let stream: { cancel(): void } | undefined
    await start({ onEvent: ({ type }) => type === 'task-settled' && stream?.cancel() })
    const run = weft.stream(['only'], async (text) => text)
    stream = run
    const outcomes: Outcome<string>[] = []
    for await (const outcome of run) outcomes.push(outcome)
    expect(outcomes).toMatchObject([{ status: 'done' }])
  })

  it('when the runtime is closed cannot be undone by starting again', async () => {
    let restarts = 0
    await start({
      onEvent: ({ type }) => {
        if (type !== 'run-ended' || restarts > 5) return
        restarts += 1
        Promise.resolve(weft.map([1], forever)).catch(() => {})
      },
    })
    const run = weft.map([1], forever)
    await rest()
    await weft.close()
    await run
    expect(restarts).toBeLessThan(5 + 2)
    await expect(weft.map([1], forever)).rejects.toMatchObject({ code: 'RUNTIME_CLOSED' })
  })
})

describe('turns', () => {
  it('come round for an old run however many new ones come', async () => {
    await start({ lanes: { x: { concurrency: 1 } } })
    let newcomers = 0
    let ended = false
    const spawn = (): void => {
      if (ended || newcomers > 500) return
      newcomers += 1
      Promise.resolve(weft.map([1], () => rest().then(spawn), { lane: 'x' })).catch(() => {})
    }
    const old = weft.map([1, 2, 3, 4, 5], () => rest(), { lane: 'x' })
    spawn()
    spawn()
    await old
    ended = true
    expect(newcomers).toBeLessThan(50)
  })
})
