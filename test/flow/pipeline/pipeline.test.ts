import { afterEach, describe, expect, it } from 'vitest'
import { createRuntime, deadline, Failure, type Outcome, quorum, type Runtime, values } from '../../../src/index.ts'
import { gate } from '../../fixtures/gate.ts'
import { ManualClock, rest } from '../../fixtures/manual-clock.ts'

let weft: Runtime
afterEach(() => weft.close())

const numbers = (count: number): number[] => Array.from({ length: count }, (_, number) => number)

async function all<T, I>(pipeline: AsyncIterable<Outcome<T, I>>): Promise<Outcome<T, I>[]> {
  const outcomes: Outcome<T, I>[] = []
  for await (const outcome of pipeline) outcomes.push(outcome)
  return outcomes
}

describe('a pipeline', () => {
  it('takes each item through its steps on its own, without waiting for the others', async () => {
    weft = await createRuntime()
    const slow = gate()
    const seen: string[] = []
    const pipeline = weft
      .pipeline(['a', 'b', 'c'])
      .step('fetch', async (letter) => {
        if (letter === 'a') await slow.opened
        return letter.toUpperCase()
      })
      .step('read', (letter) => {
        seen.push(letter)
        return `<${letter}>`
      })
    const outcomes = all(pipeline)
    await rest()
    expect(seen).toEqual(['B', 'C'])
    slow.open()
    expect((await outcomes).map(({ index, input, name }) => [index, input, name])).toEqual([
      [1, 'b', 'read'],
      [2, 'c', 'read'],
      [0, 'a', 'read'],
    ])
    expect(values(await outcomes)).toEqual(['<B>', '<C>', '<A>'])
  })

  it('is a builder: every method leaves the pipeline as it is', async () => {
    weft = await createRuntime()
    const base = weft.pipeline([1, 2])
    const doubled = base.step('double', (number) => number * 2)
    const summed = doubled.reduce((sum, number) => sum + number, 0)
    expect(values(await doubled)).toEqual([2, 4])
    expect(values(await summed)).toEqual([6])
    expect(values(await base)).toEqual([1, 2])
  })

  it('runs once: awaited again it gives the same outcomes, but it is not iterated after that, nor twice', async () => {
    weft = await createRuntime()
    let runs = 0
    const count = (number: number): number => {
      runs += 1
      return number
    }
    const pipeline = weft.pipeline([1]).step('count', count)
    expect(await pipeline).toBe(await pipeline)
    expect(() => pipeline[Symbol.asyncIterator]()).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
    const iterated = weft.pipeline([1]).step('count', count)
    expect(await all(iterated)).toHaveLength(1)
    await expect(all(iterated)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(iterated).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    expect(runs).toBe(2)
  })

  it('is a run before it starts, and can be stopped then', async () => {
    weft = await createRuntime()
    const pipeline = weft.pipeline([1, 2]).step('never', (number) => number)
    expect(pipeline.id).toMatch(/^r\d+$/)
    expect(pipeline.signal.aborted).toBe(false)
    expect(pipeline.progress).toMatchObject({ done: 0, waiting: 0 })
    expect(pipeline.stats().tally.in).toBe(0)
    pipeline.cancel('changed my mind')
    expect(await pipeline).toMatchObject([
      { status: 'cancelled', reason: 'changed my mind', index: 0, attempts: 0 },
      { status: 'cancelled', index: 1 },
    ])
  })

  it('rejects for misuse, whichever part is wrong, and runs nothing', async () => {
    weft = await createRuntime()
    let ran = 0
    const count = (): number => {
      ran += 1
      return ran
    }
    const start = () => weft.pipeline([1]).step('count', count)
    const refused = [
      [weft.pipeline('text' as never).step('count', count), 'INVALID_INPUT'],
      [weft.pipeline([1], { orderd: true } as never).step('count', count), 'INVALID_OPTION'],
      [start().step('count', count), 'INVALID_OPTION'],
      [start().step('', count), 'INVALID_OPTION'],
      [start().step('other', 7 as never), 'INVALID_INPUT'],
      [start().step('other', count, { lane: 'nowhere' }), 'INVALID_OPTION'],
      [start().step('other', count, { name: 'another' } as never), 'INVALID_OPTION'],
      [start().step('other', count, { concurrency: 0 }), 'INVALID_OPTION'],
      [start().filter('all' as never), 'INVALID_INPUT'],
      [start().batch(0), 'INVALID_OPTION'],
      [start().batch(1.5), 'INVALID_OPTION'],
      [start().reduce(undefined as never, 0), 'INVALID_INPUT'],
    ] as const
    for (const [pipeline, code] of refused) await expect(pipeline).rejects.toMatchObject({ code })
    expect(ran).toBe(0)
    await weft.close()
    await expect(start()).rejects.toMatchObject({ code: 'RUNTIME_CLOSED' })
    await expect(all(start())).rejects.toMatchObject({ code: 'RUNTIME_CLOSED' })
  })

  it('gives an item one outcome: sums over its steps, and the step at which it ended', async () => {
    const clock = new ManualClock()
    weft = await createRuntime({ clock, random: () => 0 })
    const wait = (ms: number): Promise<void> => new Promise((resolve) => clock.startTimer(resolve, ms))
    const outcomes = weft
      .pipeline(['good', 'bad'], { ordered: true })
      .step('fetch', async (word, { attempt }) => {
        await wait(10)
        if (attempt === 1) throw new Failure('BUSY', 'busy', { retryable: true })
        return word
      })
      .step('read', async (word, context) => {
        context.addUsage({ inputTokens: 5 })
        await wait(20)
        if (word === 'bad') throw new Error('unreadable')
        return word.length
      })
      .then((outcomes) => outcomes)
    await clock.advance(100)
    expect(await outcomes).toMatchObject([
      {
        status: 'done',
        value: 4,
        name: 'read',
        attempts: 3,
        retried: [{ code: 'BUSY' }],
        runMs: 40,
        usage: { inputTokens: 5 },
      },
      { status: 'failed', failure: { message: 'unreadable' }, input: 'bad', name: 'read', attempts: 3, runMs: 40 },
    ])
  })

  it('says what each step took, and which chain made it as long as it was', async () => {
    const clock = new ManualClock()
    weft = await createRuntime({ clock })
    const wait = (ms: number): Promise<void> => new Promise((resolve) => clock.startTimer(resolve, ms))
    const pipeline = weft
      .pipeline([30, 10])
      .step('fetch', (ms) => wait(ms).then(() => ms))
      .step('read', (ms) => wait(ms * 2))
    const outcomes = all(pipeline)
    await rest()
    expect(pipeline.progress).toMatchObject({ done: 0, running: 2, waiting: 0 })
    await clock.advance(100)
    await outcomes
    const { stages, criticalPath, bound, sumMs, derived } = pipeline.stats()
    expect(stages).toMatchObject([
      { name: 'fetch', tally: { in: 2, done: 2 }, sumMs: 40, longestMs: 30 },
      { name: 'read', tally: { in: 2, done: 2 }, sumMs: 80, longestMs: 60 },
    ])
    expect(criticalPath).toEqual([
      { name: 'fetch #0', queuedMs: 0, runMs: 30 },
      { name: 'read #0', queuedMs: 0, runMs: 60 },
    ])
    expect(bound).toMatchObject({ ms: 90, by: 'the critical path', reached: 1 })
    expect(sumMs).toBe(120)
    expect(derived.in).toBe(0)
  })

  it('yields in input order when asked to, children in the place of their parent', async () => {
    weft = await createRuntime()
    const first = gate()
    const outcomes = all(
      weft
        .pipeline([0, 1, 2], { ordered: true })
        .step('wait', async (number) => {
          if (number === 0) await first.opened
          if (number === 1) throw new Error('one')
          return number
        })
        .flatMap((number) => [`${number}a`, `${number}b`])
        .step('end', (text) => text),
    )
    await rest()
    first.open()
    const seen = (await outcomes).map((outcome) => (outcome.status === 'done' ? outcome.value : outcome.status))
    expect(seen).toEqual(['0a', '0b', 'failed', '2a', '2b'])
  })

  it('skips what a filter drops with the reason that it gives', async () => {
    await using weft = await createRuntime()
    const reason = new Failure('FILTERED', '1 is too small')
    const outcomes = await weft.pipeline([1, 2]).filter((number) => number > 1 || reason)
    expect(outcomes).toMatchObject([
      { status: 'skipped', cause: reason },
      { status: 'done', value: 2 },
    ])
  })

  it('skips what a filter drops, and fails what it cannot decide', async () => {
    weft = await createRuntime()
    const outcomes = await weft
      .pipeline([1, 2, 3, 4], { ordered: true })
      .filter(function small(number) {
        if (number === 3) throw new Error('three?')
        if (number === 4) return Promise.resolve(true)
        return number > 1
      })
      .step('keep', (number) => number)
    expect(outcomes).toMatchObject([
      { status: 'skipped', cause: { code: 'FILTERED' }, name: 'small', attempts: 0 },
      { status: 'done', value: 2, name: 'keep' },
      { status: 'failed', failure: { message: 'three?' } },
      { status: 'failed', failure: { code: 'INVALID_INPUT' } },
    ])
  })

  it('counts children apart, says whose they are, and makes them when there is room', async () => {
    weft = await createRuntime()
    let made = 0
    function* endless(number: number): Generator<number> {
      for (;;) {
        made += 1
        yield number
      }
    }
    const pipeline = weft
      .pipeline([7])
      .flatMap(endless)
      .step('take', (number) => number, { concurrency: 2 })
    const taken: Outcome<number, number>[] = []
    for await (const outcome of pipeline) {
      taken.push(outcome)
      await rest()
      expect(made).toBeLessThanOrEqual(taken.length + 5)
      if (taken.length === 20) break
    }
    expect(taken[19]).toMatchObject({ status: 'done', input: 7, index: 0, parent: `${pipeline.id}/0` })
    expect(new Set(taken.map(({ id }) => id)).size).toBe(20)
    const { tally, derived } = pipeline.stats()
    expect(tally).toMatchObject({ in: 1, cancelled: 1 })
    expect(derived.in).toBe(made)
  })

  it('fails a parent whose value is no iterable, or breaks, and keeps the children that it had', async () => {
    weft = await createRuntime()
    const outcomes = await weft.pipeline([1, 2]).flatMap(function* (number): Generator<number> {
      yield number
      if (number === 2) throw new Error('no more')
    })
    expect(outcomes).toMatchObject([
      { status: 'done', value: 1 },
      { status: 'done', value: 2 },
      { status: 'failed', failure: { message: 'no more' }, input: 2 },
    ])
    const [outcome] = await weft.pipeline(['text']).flatMap((text) => text as Iterable<string>)
    expect(outcome).toMatchObject({ status: 'failed', failure: { code: 'INVALID_INPUT' } })
  })

  it('batches, collects and folds: members are done, what is made of them is counted apart', async () => {
    weft = await createRuntime()
    const pipeline = weft
      .pipeline(numbers(5), { ordered: true })
      .step('check', (number) => {
        if (number === 1) throw new Error('one')
        return number
      })
      .batch(2)
      .step('sum', (pair) => pair.reduce((sum, number) => sum + number, 0))
      .collect()
    const outcomes = await pipeline
    expect(outcomes).toMatchObject([
      { status: 'failed', index: 1 },
      { status: 'done', value: [2, 7], name: 'collect', index: 0 },
    ])
    const { tally, derived, criticalPath } = pipeline.stats()
    expect(tally).toEqual({ in: 5, done: 4, failed: 1, skipped: 0, cancelled: 0 })
    expect(derived).toEqual({ in: 3, done: 3, failed: 0, skipped: 0, cancelled: 0 })
    expect(criticalPath.map(({ name }) => name)).toEqual(['check #4', 'sum #1'])
    expect(values(await weft.pipeline(numbers(5)).batch(2))).toEqual([[0, 1], [2, 3], [4]])
    expect(values(await weft.pipeline([] as number[]).batch(2))).toEqual([])
    expect(values(await weft.pipeline([] as number[]).collect())).toEqual([[]])
    expect(await weft.pipeline([]).reduce(() => 1, 7)).toMatchObject([{ status: 'done', value: 7 }])
  })

  it('folds no promises: what would be one fails, and is not part of the whole', async () => {
    weft = await createRuntime()
    const fold = (sum: number, number: number): number => (number === 1 ? Promise.resolve(1) : sum + number) as number
    expect(await weft.pipeline([1, 2, 3]).reduce(fold, 0)).toMatchObject([
      { status: 'failed', failure: { code: 'INVALID_INPUT' } },
      { status: 'done', value: 5 },
    ])
  })

  it('reads an async source no further ahead than its steps and its consumer can take', async () => {
    weft = await createRuntime()
    let read = 0
    async function* source(): AsyncGenerator<number> {
      for (;;) yield read++
    }
    const pipeline = weft
      .pipeline(source())
      .step('one', (number) => number, { concurrency: 2 })
      .step('two', async (number) => number, { concurrency: 3 })
    const iterator = pipeline[Symbol.asyncIterator]()
    for (let taken = 1; taken <= 50; taken += 1) {
      await iterator.next()
      await rest()
      // Twice as many as its steps run at the same time, and the one that is asked for.
      expect(read - taken).toBeLessThanOrEqual(11)
    }
    await iterator.return?.()
    expect(pipeline.signal.aborted).toBe(true)
  })

  it('lets what runs end when it is drained, and cancels what waits, half a batch too', async () => {
    weft = await createRuntime()
    const held = gate()
    const pipeline = weft
      .pipeline(numbers(4))
      .step('work', async (number) => {
        if (number > 1) await held.opened
        return number
      })
      .batch(3)
      .step('join', (batch) => batch.join())
    const outcomes = pipeline.then((outcomes) => outcomes)
    await rest()
    pipeline.drain('enough')
    held.open()
    expect(await outcomes).toMatchObject([
      { status: 'cancelled', reason: 'enough', index: 2, attempts: 1, name: 'batch' },
      { status: 'cancelled', index: 3, name: 'batch' },
      { status: 'cancelled', reason: 'enough', input: [0, 1], index: 0, name: 'batch' },
    ])
    expect(pipeline.stats()).toMatchObject({
      tally: { in: 4, done: 2, cancelled: 2 },
      derived: { in: 1, cancelled: 1 },
    })
  })

  it('keeps to a policy and a deadline as a map does', async () => {
    const clock = new ManualClock()
    weft = await createRuntime({ clock })
    const fails = (number: number): number => {
      if (number === 1) throw new Error('one')
      return number
    }
    const fast = await weft
      .pipeline(numbers(3), { policy: 'fail-fast', ordered: true })
      .step('work', fails, { concurrency: 1 })
    expect(fast.map(({ status }) => status)).toEqual(['done', 'failed', 'cancelled'])
    const first = weft.pipeline(numbers(5), { policy: quorum(2), concurrency: 1 }).step('work', (number) => number)
    expect((await first).filter(({ status }) => status === 'done')).toHaveLength(2)
    expect(first.stats().tally).toMatchObject({ in: 5, done: 2, cancelled: 3 })
    const hanging = weft.pipeline([1], { policy: deadline(50) }).step('hang', () => new Promise(() => {}))
    const outcomes = hanging.then((outcomes) => outcomes)
    await clock.advance(60)
    expect(await outcomes).toMatchObject([{ status: 'cancelled', reason: 'the deadline of 50 ms has passed' }])
  })

  it('skips what its budget has no room for, and still folds what it got', async () => {
    weft = await createRuntime()
    const pipeline = weft
      .pipeline(numbers(10), { budget: { tasks: 4 }, concurrency: 1 })
      .step('work', (number) => number)
      .collect()
    const outcomes = await pipeline
    expect(outcomes.filter(({ status }) => status === 'skipped')).toHaveLength(6)
    expect(outcomes.at(-1)).toMatchObject({ status: 'done', value: [0, 1, 2, 3] })
    function* endless(): Generator<number> {
      for (;;) yield 1
    }
    const spent = weft
      .pipeline([1], { budget: { tasks: 3 } })
      .flatMap(endless)
      .step('use', (number) => number)
    const ends = await spent
    expect(ends.filter(({ status }) => status === 'done')).toHaveLength(2)
    expect(spent.stats().tally).toMatchObject({ in: 1, skipped: 1 })
  })

  it('rejects when its source breaks, after what runs has ended', async () => {
    weft = await createRuntime()
    const held = gate()
    let ended = false
    function* broken(): Generator<number> {
      yield 1
      throw new Error('out of paper')
    }
    const pipeline = weft.pipeline(broken()).step('work', async () => {
      await held.opened
      ended = true
    })
    const result = expect(pipeline).rejects.toMatchObject({ code: 'SOURCE_FAILED' })
    await rest()
    expect(ended).toBe(false)
    held.open()
    await result
    expect(ended).toBe(true)
  })

  it('gives the lease of a task back that waits for it as a child run', async () => {
    weft = await createRuntime({ lanes: { narrow: { concurrency: 1 } } })
    const outcomes = await weft.map(
      [1, 2],
      async (number, { run }) => {
        const awaited = values(await run.pipeline([number]).step('inner', (one) => one * 10, { lane: 'narrow' }))
        const iterated = await all(run.pipeline([number]).step('inner', (one) => one * 100, { lane: 'narrow' }))
        return [...awaited, ...values(iterated)]
      },
      { lane: 'narrow' },
    )
    expect(values(outcomes)).toEqual([
      [10, 100],
      [20, 200],
    ])
  })

  it('does not keep the event loop from turning where nothing waits for a lane', async () => {
    weft = await createRuntime()
    let turns = 0
    const count = (): void => {
      turns += 1
      turning = setImmediate(count)
    }
    let turning = setImmediate(count)
    function* many(): Generator<number> {
      for (let number = 0; number < 20_000; number += 1) yield number
    }
    expect(values(await weft.pipeline(many()).reduce((sum, number) => sum + number, 0))).toEqual([199_990_000])
    clearImmediate(turning)
    expect(turns).toBeGreaterThan(10)
  })
})
