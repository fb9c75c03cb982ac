import fc from 'fast-check'
import * as v from 'valibot'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRuntime, Failure, quorum, type Runtime, type StandardSchema, values } from '../../../src/index.ts'
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

/** Moves the clock until the run has its result. */
async function inTime<T>(run: PromiseLike<T>): Promise<T> {
  let over = false
  const result = Promise.resolve(run).finally(() => {
    over = true
  })
  for (let steps = 0; !over && steps < 100; steps += 1) await clock.advance(100)
  return result
}

const words = (text: string): string[] => text.split(' ')
const shout = (word: string): string => word.toUpperCase()

describe('a fan-out', () => {
  it('splits a goal, runs each part, and joins what came of them', async () => {
    const run = weft.fanOut('one two three', {
      split: words,
      each: shout,
      join: (parts, goal) => `${goal}: ${values(parts).join('+')}`,
    })
    const { outcome, parts } = await run
    expect(outcome).toMatchObject({ status: 'done', input: 'one two three', value: 'one two three: ONE+TWO+THREE' })
    expect(parts).toMatchObject([
      { status: 'done', input: 'one', value: 'ONE', index: 0 },
      { status: 'done', input: 'two', value: 'TWO', index: 1 },
      { status: 'done', input: 'three', value: 'THREE', index: 2 },
    ])
    const { tally, children, stages, criticalPath } = run.stats()
    expect(criticalPath.map(({ name }) => name)).toEqual(['split #0', 'each #2', 'join #0'])
    expect(tally).toMatchObject({ in: 1, done: 1 })
    expect(children).toMatchObject({ in: 5, done: 5 })
    expect(stages.map(({ name, tally }) => [name, tally.done])).toEqual([
      ['split', 1],
      ['each', 3],
      ['join', 1],
    ])
  })

  it('is bound by its phases, one after another', async () => {
    const takes = (ms: number): Promise<void> => new Promise((done) => clock.startTimer(done, ms))
    const run = weft.fanOut('10 40 20', {
      split: async (goal) => {
        await takes(30)
        return words(goal)
      },
      each: (ms) => takes(Number(ms)),
      join: () => takes(5),
    })
    await inTime(run)
    const { bound, criticalPath } = run.stats()
    expect(bound).toMatchObject({ ms: 75, by: 'the critical path' })
    expect(criticalPath).toMatchObject([
      { name: 'split #0', runMs: 30 },
      { name: 'each #1', runMs: 40 },
      { name: 'join #0', runMs: 5 },
    ])
  })

  it('gives join the outcomes of parts that failed too', async () => {
    const { outcome, parts } = await weft.fanOut('a b c', {
      split: words,
      each: (word) => {
        if (word === 'b') throw new Failure('NO_B', 'cannot')
        return word
      },
      join: (all) => all.map(({ status }) => status),
    })
    expect(outcome).toMatchObject({ status: 'done', value: ['done', 'failed', 'done'] })
    expect(parts[1]).toMatchObject({ status: 'failed', failure: { code: 'NO_B' } })
  })

  it('fails as its split or its join does; its parts are there all the same', async () => {
    const torn = (): never => {
      throw new Failure('TORN', 'torn')
    }
    const unsplit = await weft.fanOut('a b', { split: torn, each: shout, join: () => 1 })
    expect(unsplit).toMatchObject({ outcome: { status: 'failed', failure: { code: 'TORN' } }, parts: [] })
    const unjoined = await weft.fanOut('a b', { split: words, each: shout, join: torn })
    expect(unjoined.outcome).toMatchObject({ status: 'failed', failure: { code: 'TORN' } })
    expect(unjoined.parts.map(({ status }) => status)).toEqual(['done', 'done'])
  })

  it('has a policy for its parts', async () => {
    const held = gate()
    const { outcome, parts } = await weft.fanOut('a b c', {
      split: words,
      each: async (word) => {
        if (word === 'c') await held.opened
        return word
      },
      join: (all) => all.filter(({ status }) => status === 'done').length,
      policy: quorum(2),
    })
    expect(outcome).toMatchObject({ status: 'done', value: 2 })
    expect(parts[2]).toMatchObject({ status: 'cancelled', reason: 'quorum of 2 reached' })
    held.open()
  })

  it('has options for each phase, and a lane for all', async () => {
    const tries: Record<string, number> = { split: 0, each: 0, join: 0 }
    const busy = (phase: string): void => {
      tries[phase]! += 1
      throw new Failure('BUSY', 'busy', { retryable: true })
    }
    const run = weft.fanOut('a', {
      split: (goal) => {
        if (tries.split === 0) busy('split')
        return words(goal)
      },
      each: (word) => {
        busy('each')
        return word
      },
      join: () => busy('join'),
      lane: 'one',
      splitOptions: { retry: { maxAttempts: 2, baseDelayMs: 0 } },
      eachOptions: { retry: { maxAttempts: 3, baseDelayMs: 0 }, lane: 'io' },
      joinOptions: { retry: { maxAttempts: 4, baseDelayMs: 0 } },
    })
    const { outcome, parts } = await inTime(run)
    expect(outcome).toMatchObject({ status: 'failed', attempts: 1, failure: { code: 'BUSY' } })
    expect(parts[0]).toMatchObject({ status: 'failed', attempts: 3 })
    expect(tries).toEqual({ split: 1, each: 3, join: 4 })
    expect(Object.keys(run.stats().lanes).toSorted()).toEqual(['io', 'one'])
  })

  it('runs as a child on the same lane of one slot', async () => {
    const [outcome] = await weft.map(
      ['a b'],
      async (goal, { run }) => {
        const inner = await run.fanOut(goal, {
          split: words,
          each: async (word, context) => {
            const nested = await context.run.fanOut(word, {
              split: (one) => [one, one],
              each: shout,
              join: (all) => values(all).join(''),
              lane: 'one',
            })
            return values([nested.outcome])[0]
          },
          join: (all) => values(all).join('-'),
          lane: 'one',
        })
        return values([inner.outcome])[0]
      },
      { lane: 'one' },
    )
    expect(outcome).toMatchObject({ status: 'done', value: 'AA-BB' })
  })
})

describe('a fan-out that is stopped', () => {
  /** One whose parts wait, and whose phases tell that they have begun. */
  function waiting() {
    const held = gate()
    const begun: string[] = []
    const run = weft.fanOut('a b c', {
      split: (goal) => {
        begun.push('split')
        return words(goal)
      },
      each: async (word) => {
        begun.push(word)
        await held.opened
        return word
      },
      join: () => {
        begun.push('join')
      },
      concurrency: 2,
    })
    return { run, begun, open: held.open }
  }

  it('is cancelled with all that it had begun, and has the outcomes of all parts', async () => {
    const { run, begun, open } = waiting()
    await rest()
    run.cancel('no more')
    const { outcome, parts } = await run
    expect(outcome).toMatchObject({ status: 'cancelled', reason: 'no more' })
    expect(parts.map((part) => part.status === 'cancelled' && part.input)).toEqual(['a', 'b', 'c'])
    open()
    await rest()
    expect(begun).toEqual(['split', 'a', 'b'])
    expect(run.stats().abandoned).toBe(0)
  })

  it('when it is drained lets run what runs and begins nothing more', async () => {
    const { run, begun, open } = waiting()
    await rest()
    run.drain('closing time')
    await rest()
    open()
    const { outcome, parts } = await run
    expect(outcome).toMatchObject({ status: 'cancelled', reason: 'closing time' })
    expect(parts.map(({ status }) => status)).toEqual(['done', 'done', 'cancelled'])
    expect(begun).toEqual(['split', 'a', 'b'])
  })

  it('when it is drained while it joins ends as its join does', async () => {
    const held = gate()
    const run = weft.fanOut('a', {
      split: words,
      each: shout,
      join: async () => {
        await held.opened
        return 'joined'
      },
    })
    await rest()
    run.drain()
    held.open()
    expect((await run).outcome).toMatchObject({ status: 'done', value: 'joined' })
  })

  it('pauses with its parts', async () => {
    const { run, begun, open } = waiting()
    run.pause()
    await rest()
    expect(begun).toEqual(['split'])
    run.resume()
    await rest()
    run.pause()
    open()
    await rest()
    expect(begun).toEqual(['split', 'a', 'b'])
    run.resume()
    expect((await run).outcome).toMatchObject({ status: 'done' })
    expect(begun).toEqual(['split', 'a', 'b', 'c', 'join'])
  })

  it('by its budget says so: parts that do not fit are skipped, and a join that does not is its failure', async () => {
    const given = { split: words, each: shout, join: (): number => 1 }
    // Its own task, the split and one part.
    const { outcome, parts } = await weft.fanOut('a b', { ...given, budget: { tasks: 3 }, concurrency: 1 })
    expect(parts.map(({ status }) => status)).toEqual(['done', 'skipped'])
    expect(outcome).toMatchObject({ status: 'failed', failure: { code: 'BUDGET_SPENT' } })
  })
})

const tasks = v.pipe(
  v.object({ tasks: v.array(v.object({ title: v.pipe(v.string(), v.trim(), v.minLength(1)) })) }),
  v.transform(({ tasks }) => tasks),
)

describe('what a split gives', () => {
  const fanOut = (given: unknown, schema?: StandardSchema<readonly unknown[]>, max?: number) => {
    const own = { ...(schema && { schema }), ...(max && { max }), splitOptions: { retry: { maxAttempts: 1 } } }
    return weft.fanOut('goal', {
      split: () => given as unknown[],
      each: (part) => part,
      join: (all) => values(all),
      ...(own as object),
    })
  }

  it('is checked and made by a schema', async () => {
    const { outcome } = await weft.fanOut('goal', {
      split: () => ({ tasks: [{ title: '  first ' }, { title: 'second' }] }),
      schema: tasks,
      each: ({ title }) => title,
      join: (all) => values(all),
    })
    expect(outcome).toMatchObject({ value: ['first', 'second'] })
  })

  it('is a failure that names what is wrong where, when the schema does not take it', async () => {
    const { outcome, parts } = await fanOut({ tasks: [{ title: 'x' }, { title: ' ' }, {}] }, tasks)
    expect(parts).toEqual([])
    expect(outcome).toMatchObject({
      status: 'failed',
      failure: {
        code: 'SPLIT_INVALID',
        retryable: true,
        message: expect.stringMatching(
          /^split gave what the schema does not take: tasks\.1\.title: .*; tasks\.2\.title: /,
        ),
        details: { 'tasks.1.title': expect.stringContaining('length'), 'tasks.2.title': expect.any(String) },
      },
    })
  })

  it('may be checked later, by any library: issues with any kind of path, or with none', async () => {
    const schema = (issues: object[]): StandardSchema<readonly unknown[]> => ({
      '~standard': { version: 1, vendor: 'a test', validate: async () => ({ issues }) as { issues: [] } },
    })
    const { outcome } = await fanOut(
      'x',
      schema([
        { message: 'not a plan' },
        { message: 'too short', path: ['steps', { key: 0 }] },
        { message: 'odd', path: ['steps', 0] },
      ]),
    )
    expect(outcome).toMatchObject({
      failure: {
        message: 'split gave what the schema does not take: (all of it): not a plan; steps.0: too short; steps.0: odd',
        details: { '(all of it)': 'not a plan', 'steps.0': 'too short; odd' },
      },
    })
    const many = await fanOut('x', schema(Array.from(Array(12), (_, key) => ({ message: 'bad', path: [key] }))))
    expect(many.outcome).toMatchObject({ failure: { message: expect.stringMatching(/9: bad and 2 more$/) } })
  })

  it('fails otherwise when the schema itself is broken', async () => {
    const validate = (): never => {
      throw new TypeError('a bug of the schema')
    }
    const { outcome } = await fanOut([1], { '~standard': { version: 1, vendor: 'a test', validate } })
    expect(outcome).toMatchObject({ failure: { code: 'TASK_FAILED', retryable: false } })
  })

  it('is 1 to max sub-tasks: never silently one, or none', async () => {
    const upTo64 = (count: number) => fanOut(Array.from(Array(count).keys()))
    expect((await upTo64(64)).parts).toHaveLength(64)
    expect((await upTo64(65)).outcome).toMatchObject({
      failure: {
        code: 'SPLIT_INVALID',
        message: 'split: expected 1 to 64 sub-tasks, got 65',
        details: { subTasks: 65, max: 64 },
      },
    })
    expect((await fanOut([1, 2], undefined, 1)).outcome).toMatchObject({ failure: { code: 'SPLIT_INVALID' } })
    for (const [bad, got] of [
      [[], '1 to 64 sub-tasks, got 0'],
      ['a plan', 'an array of sub-tasks, got string'],
      [null, 'an array of sub-tasks, got null'],
      [{ tasks: [1] }, 'an array of sub-tasks, got object'],
    ] as const) {
      const { outcome, parts } = await fanOut(bad)
      expect(outcome).toMatchObject({ failure: { code: 'SPLIT_INVALID', message: `split: expected ${got}` } })
      expect(parts).toEqual([])
    }
    expect((await fanOut({ tasks: [] }, tasks)).outcome).toMatchObject({ failure: { code: 'SPLIT_INVALID' } })
  })

  it('is asked for again within its own retries', async () => {
    const answers = ['nonsense', { tasks: [] }, { tasks: [{ title: 'at last' }] }]
    const run = weft.fanOut('goal', {
      split: (_, { attempt }) => answers[attempt - 1],
      schema: tasks,
      each: ({ title }) => title,
      join: (all) => values(all),
    })
    expect((await inTime(run)).outcome).toMatchObject({ status: 'done', value: ['at last'], attempts: 1 })
    expect(run.stats().retries).toBe(2)
  })
})

describe('misuse of a fan-out', () => {
  it('rejects before anything runs', async () => {
    const fine = { split: words, each: shout, join: () => 1 }
    const cases: readonly (readonly [object, string, string])[] = [
      [{ split: words }, 'INVALID_OPTION', 'fanOut: '],
      [
        { ...fine, each: undefined },
        'INVALID_INPUT',
        'fanOut: each: expected a function, a worker task or a lane task',
      ],
      [{ ...fine, max: 0 }, 'INVALID_OPTION', 'fanOut: option max'],
      [{ ...fine, schema: {} }, 'INVALID_OPTION', 'fanOut: option schema: expected a Standard Schema'],
      [{ ...fine, lane: 'nowhere' }, 'INVALID_OPTION', ''],
      [{ ...fine, eachOptions: { lane: 'nowhere' } }, 'INVALID_OPTION', ''],
      [{ ...fine, eachOptions: { timeoutms: 1 } }, 'INVALID_OPTION', 'fanOut: unknown option eachOptions.timeoutms'],
      [{ ...fine, joinOptions: { key: () => 'x' } }, 'INVALID_OPTION', 'fanOut: unknown option joinOptions.key'],
      [{ ...fine, splitOptions: { name: 'x' } }, 'INVALID_OPTION', 'fanOut: unknown option splitOptions.name'],
    ]
    for (const [given, code, message] of cases) {
      await expect(weft.fanOut('goal', given as typeof fine)).rejects.toMatchObject({
        code,
        message: expect.stringContaining(message),
      })
    }
    await weft.close()
    await expect(weft.fanOut('goal', fine)).rejects.toMatchObject({ code: 'RUNTIME_CLOSED' })
  })
})

describe('whenever a fan-out is stopped', () => {
  it('each part has one outcome, it ends, and nothing is left behind', async () => {
    const scenario = fc.record({
      parts: fc.array(fc.record({ tookMs: fc.integer({ min: 0, max: 40 }), fails: fc.boolean() }), {
        minLength: 1,
        maxLength: 8,
      }),
      splitMs: fc.integer({ min: 0, max: 20 }),
      joinMs: fc.integer({ min: 0, max: 20 }),
      stopAfterMs: fc.integer({ min: 0, max: 80 }),
      stopBy: fc.constantFrom('cancel', 'drain', 'signal'),
    })
    await fc.assert(
      fc.asyncProperty(scenario, async ({ parts, splitMs, joinMs, stopAfterMs, stopBy }) => {
        const takes = (ms: number): Promise<void> => new Promise((done) => clock.startTimer(done, ms))
        const controller = new AbortController()
        let joined: readonly unknown[] | undefined
        const run = weft.fanOut(parts, {
          split: async (goal) => {
            await takes(splitMs)
            return goal
          },
          each: async ({ tookMs, fails }) => {
            await takes(tookMs)
            if (fails) throw new Error('fails')
          },
          join: async (all) => {
            joined = all
            await takes(joinMs)
          },
          lane: 'one',
          signal: controller.signal,
        })
        await clock.advance(stopAfterMs)
        if (stopBy === 'cancel') run.cancel()
        else if (stopBy === 'drain') run.drain()
        else controller.abort(new Error('stop'))
        await clock.advance(1_000)
        const result = await run
        expect([0, parts.length]).toContain(result.parts.length)
        if (joined !== undefined) expect(joined).toEqual(result.parts)
        if (result.outcome.status === 'done') expect(result.parts).toHaveLength(parts.length)
        else expect(result.outcome.status).toBe('cancelled')
        expect(run.stats().abandoned).toBe(0)
        expect(weft.lane('one').running).toBe(0)
      }),
      { numRuns: 60 },
    )
  })
})
