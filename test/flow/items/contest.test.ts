import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRuntime, Failure, type Runtime } from '../../../src/index.ts'
import { gate } from '../../fixtures/gate.ts'
import { ManualClock, rest } from '../../fixtures/manual-clock.ts'

let weft: Runtime
const clock = new ManualClock()

beforeEach(async () => {
  weft = await createRuntime({ clock, random: () => 0.5, lanes: { one: { concurrency: 1 } } })
})

afterEach(async () => {
  await weft.close()
  expect(clock.pending).toBe(0)
})

const names = ['a', 'b', 'c', 'd'] as const
type Name = (typeof names)[number]

/** Tasks that wait until the test lets each one end, and that tell when their signal was aborted. */
function held() {
  const gates = new Map(names.map((name) => [name, gate()]))
  const aborted: Name[] = []
  const ends = async (name: Name, { signal }: { readonly signal: AbortSignal }): Promise<string> => {
    signal.addEventListener('abort', () => aborted.push(name))
    await gates.get(name)!.opened
    if (name === 'a') throw new Failure('BROKEN', 'a is broken')
    return name.toUpperCase()
  }
  const open = async (...opened: Name[]): Promise<void> => {
    for (const name of opened) {
      gates.get(name)!.open()
      await rest()
    }
  }
  return { ends, open, aborted }
}

describe('race', () => {
  it('is won by the first that settles, and cancels the rest at once', async () => {
    const { ends, open, aborted } = held()
    const run = weft.race(names, ends)
    await rest()
    expect(run.progress).toMatchObject({ running: 4 })
    await open('c')
    const { winner, outcomes } = await run
    expect(winner).toMatchObject({ status: 'done', value: 'C', input: 'c', index: 2 })
    expect(outcomes.map(({ status }) => status)).toEqual(['cancelled', 'cancelled', 'done', 'cancelled'])
    expect(outcomes[0]).toMatchObject({ reason: 'ends #2 won' })
    expect(outcomes[2]).toBe(winner)
    expect(aborted.toSorted()).toEqual(['a', 'b', 'd'])
    expect(run.signal.aborted).toBe(true)
    expect(run.stats().tally).toMatchObject({ in: 4, done: 1, cancelled: 3 })
    await open('a', 'b', 'd')
    expect(run.stats().abandoned).toBe(0)
  })

  it('may be won by a failure, when that has no attempt left', async () => {
    const { ends, open } = held()
    const run = weft.race(names, ends)
    await rest()
    await open('a')
    const { winner, outcomes } = await run
    expect(winner).toMatchObject({ status: 'failed', failure: { code: 'BROKEN' } })
    expect(outcomes.filter(({ status }) => status === 'cancelled')).toHaveLength(3)
  })

  it('starts no more than it may, and those that were not started lose too', async () => {
    const { ends, open } = held()
    const run = weft.race(names, ends, { concurrency: 2 })
    await rest()
    expect(run.progress).toMatchObject({ running: 2, waiting: 2 })
    await open('b')
    const { winner, outcomes } = await run
    expect(winner).toMatchObject({ input: 'b' })
    expect(outcomes.map(({ attempts }) => attempts)).toEqual([1, 1, 0, 0])
  })

  it('has no winner without a task that ends by itself', async () => {
    expect(await weft.race([], () => 1)).toEqual({ winner: undefined, outcomes: [] })
    const { ends } = held()
    const run = weft.race(names, ends)
    await rest()
    run.cancel('enough')
    const { winner, outcomes } = await run
    expect(winner).toBeUndefined()
    expect(outcomes.map((outcome) => outcome.status === 'cancelled' && outcome.reason)).toEqual(Array(4).fill('enough'))
    const spent = await weft.race([1, 2], () => 1, { budget: { tasks: 0 } })
    expect(spent.winner).toBeUndefined()
    expect(spent.outcomes.map(({ status }) => status)).toEqual(['skipped', 'skipped'])
  })

  it('rejects for misuse and for a broken source only', async () => {
    const policy = { policy: 'settle' } as object
    await expect(weft.race([1], () => 1, policy)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringMatching(/^race: unknown option policy/),
    })
    await expect(weft.any('ab' as unknown as string[], () => 1)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    function* breaks(): Generator<number> {
      yield 1
      throw new Error('torn')
    }
    const never = (): Promise<never> => new Promise(() => {})
    const broken = weft.any(breaks(), never)
    await rest()
    broken.cancel()
    await expect(broken).rejects.toMatchObject({ code: 'SOURCE_FAILED' })
  })
})

describe('any', () => {
  it('is won by the first that is done; failures before it do not end it', async () => {
    const { ends, open, aborted } = held()
    const run = weft.any(names, ends)
    await rest()
    await open('a')
    expect(run.progress).toMatchObject({ failed: 1, running: 3 })
    await open('d')
    const { winner, outcomes } = await run
    expect(winner).toMatchObject({ value: 'D' })
    expect(outcomes.map(({ status }) => status)).toEqual(['failed', 'cancelled', 'cancelled', 'done'])
    expect(outcomes[1]).toMatchObject({ reason: 'ends #3 won' })
    expect(aborted.toSorted()).toEqual(['b', 'c'])
  })

  it('has no winner when all have failed', async () => {
    const { winner, outcomes } = await weft.any([1, 2], () => {
      throw new Failure('BROKEN', 'no')
    })
    expect(winner).toBeUndefined()
    expect(outcomes.map(({ status }) => status)).toEqual(['failed', 'failed'])
  })

  it('leaves nothing more to start on a lane of one slot', async () => {
    const started: number[] = []
    const { winner } = await weft.any(
      [1, 2, 3],
      (n) => {
        started.push(n)
        if (n === 1) throw new Error('not this one')
        return n
      },
      { lane: 'one' },
    )
    expect(winner).toMatchObject({ value: 2 })
    expect(started).toEqual([1, 2])
  })

  it('has one winner among tasks that share one execution', async () => {
    const held = gate()
    let calls = 0
    const run = weft.any(
      [1, 2, 3],
      async () => {
        calls += 1
        await held.opened
        return 'shared'
      },
      { key: () => 'same' },
    )
    await rest()
    held.open()
    const { winner, outcomes } = await run
    expect(calls).toBe(1)
    expect(winner).toMatchObject({ status: 'done', value: 'shared' })
    expect(outcomes[winner!.index]).toBe(winner)
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['cancelled', 'cancelled', 'done'])
  })
})

describe('quorum', () => {
  it('ends with enough, named in the order in which they were done', async () => {
    const { ends, open, aborted } = held()
    const run = weft.quorum(2, names, ends)
    await rest()
    await open('d', 'b')
    const { reached, winners, outcomes } = await run
    expect(reached).toBe(true)
    expect(winners.map(({ value }) => value)).toEqual(['D', 'B'])
    expect(outcomes.map(({ status }) => status)).toEqual(['cancelled', 'done', 'cancelled', 'done'])
    expect(outcomes[0]).toMatchObject({ reason: 'quorum of 2 reached' })
    expect(aborted.toSorted()).toEqual(['a', 'c'])
  })

  it('ends as soon as it is out of reach', async () => {
    const { ends, open } = held()
    const run = weft.quorum(4, names, ends)
    await rest()
    await open('c', 'a')
    const { reached, winners, outcomes } = await run
    expect(reached).toBe(false)
    expect(winners.map(({ value }) => value)).toEqual(['C'])
    expect(outcomes[3]).toMatchObject({
      status: 'cancelled',
      reason: 'quorum of 4 out of reach: 1 of 4 done, 2 left',
    })
  })

  it('starts nothing when there are too few to begin with', async () => {
    const never = (): never => {
      throw new Error('started')
    }
    for (const source of [[1, 2], new Set([1, 2])]) {
      const run = weft.quorum(3, source, never)
      const { reached, outcomes } = await run
      expect(reached).toBe(false)
      expect(outcomes).toMatchObject(
        Array(2).fill({ status: 'cancelled', reason: 'quorum of 3 out of reach: 0 of 2 done, 2 left', attempts: 0 }),
      )
      expect(run.stats().attempts).toBe(0)
    }
    expect(await weft.quorum(1, [], never)).toEqual({ reached: false, winners: [], outcomes: [] })
  })

  it('of a run that is drained counts what still ends', async () => {
    const { ends, open } = held()
    const run = weft.quorum(1, names, ends, { concurrency: 2 })
    await rest()
    run.drain('that will do')
    await open('b', 'a')
    const { reached, winners, outcomes } = await run
    expect(reached).toBe(true)
    expect(winners.map(({ value }) => value)).toEqual(['B'])
    expect(outcomes.map(({ status }) => status)).toEqual(['failed', 'done', 'cancelled', 'cancelled'])
  })

  it('rejects for a number that is none', async () => {
    for (const bad of [0, 1.5, Number.NaN]) {
      await expect(weft.quorum(bad, [1], () => 1)).rejects.toMatchObject({ code: 'INVALID_OPTION' })
    }
  })
})

describe('as child runs', () => {
  it('share a lane of one slot with their parent', async () => {
    const [outcome] = await weft.map(
      [3],
      async (n, { run }) => {
        const inputs = Array.from(Array(n).keys())
        const won = await run.any(inputs, (input) => input * 10, { lane: 'one' })
        const raced = await run.race(inputs, (input) => input, { lane: 'one' })
        const many = await run.quorum(2, inputs, (input) => input, { lane: 'one' })
        return [won.winner?.value, raced.winner?.status, many.winners.length]
      },
      { lane: 'one' },
    )
    expect(outcome).toMatchObject({ status: 'done', value: [0, 'done', 2] })
  })
})

describe('whatever ends first', () => {
  it('each input has one outcome, and the winners are those that the order of events says', async () => {
    const ends = fc.record({ tookMs: fc.integer({ min: 1, max: 50 }), fails: fc.boolean() })
    const scenario = fc.record({
      tasks: fc.array(ends, { maxLength: 12 }),
      kind: fc.constantFrom('race', 'any', 'quorum'),
      count: fc.integer({ min: 1, max: 4 }),
    })
    await fc.assert(
      fc.asyncProperty(scenario, async ({ tasks, kind, count }) => {
        const settled: { readonly index: number; readonly done: boolean }[] = []
        const work = (task: (typeof tasks)[number], { index }: { readonly index: number }): Promise<number> =>
          new Promise((resolve, reject) => {
            clock.startTimer(() => {
              settled.push({ index, done: !task.fails })
              if (task.fails) reject(new Error('fails'))
              else resolve(index)
            }, task.tookMs)
          })
        const run = kind === 'race' ? weft.race(tasks, work) : kind === 'any' ? weft.any(tasks, work) : undefined
        const many = run === undefined ? weft.quorum(count, tasks, work) : undefined
        await clock.advance(100)
        const { outcomes } = await (run ?? many!)
        expect(outcomes.map(({ index }) => index)).toEqual([...tasks.keys()])
        const done = settled.filter((one) => one.done).map(({ index }) => index)
        if (many !== undefined) {
          const { reached, winners } = await many
          expect(reached).toBe(tasks.filter((task) => !task.fails).length >= count)
          if (reached) expect(winners.map(({ index }) => index)).toEqual(done.slice(0, count))
        } else {
          const { winner } = await run!
          expect(winner?.index).toBe(kind === 'race' ? settled[0]?.index : done[0])
        }
      }),
      { numRuns: 60 },
    )
  })
})
