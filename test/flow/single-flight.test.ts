import { describe, expect, it } from 'vitest'
import { quorum } from '../../src/flow/run/policy.ts'
import { Failure, type TaskContext } from '../../src/index.ts'
import { gate } from '../fixtures/gate.ts'
import { rest } from '../fixtures/manual-clock.ts'
import { clock, start, statuses, weft } from '../support/runtime.ts'

const forever = (): Promise<never> => new Promise(() => {})
const options = { kind: 'read', key: (text: string) => text } as const

describe('tasks of one kind with equal keys', () => {
  it('are done once, in whatever runs they are, and followers hold no lease', async () => {
    await start({ lanes: { two: { concurrency: 2 } } })
    const held = gate()
    let calls = 0
    const work = async (_: string, context: TaskContext): Promise<string> => {
      calls += 1
      context.addUsage({ inputTokens: 7 })
      await held.opened
      return 'read'
    }
    const first = weft.map(['a', 'a'], work, { ...options, lane: 'two' })
    const second = weft.map(['a', 'b'], (text) => text, options)
    const stream = weft.stream(['a'], forever, { ...options, lane: 'io' })
    const streamed = Array.fromAsync(stream)
    await rest()
    expect(
      weft
        .lanes()
        .filter((lane) => lane.running > 0)
        .map((lane) => lane.running),
    ).toEqual([1])
    expect(first.progress).toMatchObject({ running: 1, waiting: 1 })
    held.open()
    expect(await first).toMatchObject([
      { status: 'done', value: 'read', attempts: 1, usage: { inputTokens: 7 } },
      { status: 'done', value: 'read', attempts: 0, usage: { inputTokens: 0 }, index: 1, id: `${first.id}/1` },
    ])
    expect(await second).toMatchObject([{ value: 'read', input: 'a' }, { value: 'b' }])
    expect(await streamed).toMatchObject([{ status: 'done', value: 'read' }])
    expect(calls).toBe(1)
    expect(first.stats()).toMatchObject({ attempts: 1, tally: { in: 2, done: 2 }, usage: { inputTokens: 7 } })
    expect(await weft.map(['a'], () => 'anew', options)).toMatchObject([{ value: 'anew' }])
  })

  it('of one stream have their outcomes in order, that of the leader first', async () => {
    const events: string[] = []
    await start({ onEvent: ({ type }) => events.push(type) })
    for (const ordered of [true, false]) {
      const stream = weft.stream(['a', 'a', 'a'], () => rest(), { ...options, ordered })
      expect((await Array.fromAsync(stream)).map(({ index }) => index)).toEqual([0, 1, 2])
      expect(events.splice(0).at(-1)).toBe('run-ended')
    }
  })

  it('share a failure, after all its retries', async () => {
    await start()
    const busy = (): never => {
      throw new Failure('BUSY', 'busy', { retryable: true })
    }
    const retry = { maxAttempts: 2, baseDelayMs: 100 }
    const leading = weft.map(['a'], busy, { ...options, retry })
    const following = weft.map(['a', 'a'], () => 'never', options)
    await clock.advance(200)
    expect(await leading).toMatchObject([{ status: 'failed', attempts: 2 }])
    const outcomes = await following
    expect(outcomes).toMatchObject([{ status: 'failed', attempts: 0, failure: { code: 'BUSY' } }, { status: 'failed' }])
  })

  it('are of no concern to those of another kind, and the function itself is a kind', async () => {
    await start()
    let calls = 0
    const work = async (): Promise<void> => {
      calls += 1
      await rest()
    }
    const { key } = options
    await Promise.all([
      weft.map(['a'], work, { key }),
      weft.map(['a'], work, { key }),
      weft.map(['a'], async () => work(), { key }),
      weft.map(['a'], work, { key, kind: 'x' }),
      weft.map(['a'], work, { key: () => undefined }),
    ])
    expect(calls).toBe(4)
  })

  it.each(['cancel', 'drain'] as const)('whose leader ends by %s go on: the next one leads', async (how) => {
    await start({ lanes: { one: { concurrency: 1 } } })
    const held = gate()
    const busy = weft.map([1], () => held.opened, { lane: 'one' })
    let calls = 0
    const work = async (): Promise<number> => {
      calls += 1
      await rest()
      return calls
    }
    // Cancelled while it runs, drained while it is tried again.
    const leading = weft.map(
      ['a'],
      (): Promise<number> => {
        if (how === 'cancel') return forever()
        throw new Failure('BUSY', 'busy', { retryable: true })
      },
      options,
    )
    const followers = [weft.map(['a'], work, options), weft.map(['a'], work, { ...options, lane: 'one' })]
    await rest()
    expect(calls).toBe(0)
    leading[how]('enough')
    expect(await leading).toMatchObject([{ status: 'cancelled' }])
    held.open()
    await busy
    for (const run of followers) expect(await run).toMatchObject([{ status: 'done', value: 1 }])
    expect(calls).toBe(1)
  })

  it('that follow and are cancelled leave; the leader and the others stay', async () => {
    await start()
    const held = gate()
    const leading = weft.map(['a'], () => held.opened, options)
    const leaving = weft.map(['a', 'a'], forever, options)
    const staying = weft.map(['a'], forever, options)
    await rest()
    leaving.cancel('enough')
    expect(statuses(await leaving)).toEqual(['cancelled', 'cancelled'])
    held.open()
    expect(statuses([...(await leading), ...(await staying)])).toEqual(['done', 'done'])
  })

  it.each([
    ['quorum', quorum(1), 'done'],
    ['fail-fast', 'fail-fast', 'failed'],
  ] as const)('have one outcome each where one of them ends its run by %s', async (_, policy, ends) => {
    await start()
    const held = gate()
    const leading = weft.map(
      ['a'],
      async () => {
        await held.opened
        if (ends === 'failed') throw new Error('broken')
      },
      options,
    )
    const following = weft.map(['a', 'a', 'a', 'b'], forever, { ...options, policy })
    await rest()
    held.open()
    await leading
    const outcomes = await following
    expect(statuses(outcomes)).toEqual([ends, 'cancelled', 'cancelled', 'cancelled'])
    expect(following.stats().tally).toMatchObject({ in: 4, [ends]: 1, cancelled: 3 })
    expect(following.progress).toMatchObject({ running: 0, waiting: 0 })
  })

  it('wait for no task that waits for them: a child never follows its own parent', async () => {
    await start()
    const seen: string[] = []
    const work = async (text: string, context: TaskContext): Promise<string> => {
      seen.push(context.id)
      if (seen.length > 3) return text
      const [inner] = await context.run.map([text], work, options)
      return inner!.status
    }
    expect(await weft.map(['a'], work, options)).toMatchObject([{ status: 'done', value: 'done' }])
    expect(seen).toHaveLength(4)
  })

  it('nor does a child of the second attempt of its own parent', async () => {
    await start()
    let calls = 0
    const work = async (text: string, context: TaskContext): Promise<string> => {
      calls += 1
      if (calls === 1) {
        await new Promise<void>((resolve) => clock.startTimer(resolve, 200))
        throw new Error('slow and broken')
      }
      if (calls > 2) return 'child'
      await new Promise<void>((resolve) => clock.startTimer(resolve, 10))
      const [inner] = await context.run.map([text], work, options)
      return inner!.status
    }
    const run = weft.map(['a'], work, { ...options, hedge: { afterMs: 100, maxExtra: 1 }, retry: { maxAttempts: 1 } })
    for (let step = 0; step < 5; step += 1) await clock.advance(100)
    expect(await run).toMatchObject([{ status: 'done', value: 'done' }])
  })

  it('in child runs wait for no leader that waits to be tried again: it may need the place of their parent', async () => {
    await start()
    const children: string[] = []
    const work = async (text: string, context: TaskContext): Promise<unknown> => {
      if (text === 'a') {
        if (context.attempt === 1) {
          await new Promise<void>((resolve) => clock.startTimer(resolve, 100))
          throw new Failure('BUSY', 'busy', { retryable: true })
        }
        return 'at the second attempt'
      }
      const [child] = await context.run.map(['a'], () => children.push('on its own'), options)
      return child!.status
    }
    // The first takes the only place when it comes back; the other begins before, or while it is away.
    for (const concurrency of [1, 2]) {
      const run = weft.map(['a', 'parent'], work, {
        ...options,
        concurrency,
        key: (text) => (text === 'a' ? text : undefined),
      })
      for (let step = 0; step < 5; step += 1) await clock.advance(500)
      expect(await run).toMatchObject([{ value: 'at the second attempt', attempts: 2 }, { value: 'done' }])
      expect(children.splice(0)).toEqual(['on its own'])
    }
  })

  it('in child runs share what runs', async () => {
    await start()
    let calls = 0
    const read = async (): Promise<number> => {
      await rest()
      calls += 1
      return calls
    }
    const run = weft.map([1, 2, 3], async (_, context) => {
      const [outcome] = await context.run.map(['a'], read, options)
      return outcome!.status === 'done' && outcome!.value
    })
    expect(await run).toMatchObject([{ value: 1 }, { value: 1 }, { value: 1 }])
  })

  it('are one task of a budget', async () => {
    await start()
    const run = weft.map(['a', 'a', 'a', 'b', 'c'], () => rest(), { ...options, budget: { tasks: 2 } })
    expect(statuses(await run)).toEqual(['done', 'done', 'done', 'done', 'skipped'])
  })
})
