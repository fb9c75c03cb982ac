import { afterEach, describe, expect, it } from 'vitest'
import { createRuntime, type Outcome, type Runtime } from '../../../src/index.ts'
import { gate } from '../../fixtures/gate.ts'
import { rest } from '../../fixtures/manual-clock.ts'

let weft: Runtime
afterEach(() => weft.close())

async function collect<O, I>(stream: AsyncIterable<Outcome<O, I>>): Promise<Outcome<O, I>[]> {
  const all: Outcome<O, I>[] = []
  for await (const outcome of stream) all.push(outcome)
  return all
}

describe('a stream', () => {
  it('yields each outcome as it comes, saying which input it belongs to', async () => {
    weft = await createRuntime()
    const gates = [gate(), gate(), gate()]
    const seen: number[] = []
    const reading = (async () => {
      for await (const { index, input } of weft.stream(
        ['a', 'b', 'c'],
        (letter) => gates['abc'.indexOf(letter)]!.opened,
      )) {
        expect(input).toBe('abc'[index])
        seen.push(index)
      }
    })()
    for (const index of [2, 0, 1]) {
      await rest()
      gates[index]!.open()
    }
    await reading
    expect(seen).toEqual([2, 0, 1])
  })

  it('yields in input order when asked to, and does not run away from a slow first one', async () => {
    weft = await createRuntime()
    const held = gate()
    let started = 0
    const stream = weft.stream(
      Array.from({ length: 100 }, (_, index) => index),
      async (index) => {
        started += 1
        if (index === 0) await held.opened
      },
      { ordered: true, concurrency: 4 },
    )
    const all = collect(stream)
    await rest()
    expect(started).toBe(16)
    held.open()
    expect((await all).map((outcome) => outcome.index)).toEqual(Array.from({ length: 100 }, (_, index) => index))
  })

  it('starts when it is iterated, and can be iterated once', async () => {
    weft = await createRuntime()
    let started = 0
    const stream = weft.stream([1, 2], () => {
      started += 1
    })
    await rest()
    expect(started).toBe(0)
    expect(await collect(stream)).toHaveLength(2)
    await expect(collect(stream)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })

  it('reads its source no faster than its outcomes are taken', async () => {
    weft = await createRuntime()
    let read = 0
    async function* numbers(): AsyncGenerator<number> {
      for (;;) yield read++
    }
    const iterator = weft.stream(numbers(), (number) => number, { concurrency: 5 })[Symbol.asyncIterator]()
    await iterator.next()
    await rest()
    const before = read
    expect(before).toBeLessThanOrEqual(8)
    for (let taken = 0; taken < 10; taken += 1) await iterator.next()
    await rest()
    expect(read - before).toBe(10)
    await iterator.return?.()
  })

  it('cancels the rest and closes its source when its loop is left', async () => {
    weft = await createRuntime()
    let closed = false
    async function* numbers(): AsyncGenerator<number> {
      try {
        for (let number = 0; ; number += 1) yield number
      } finally {
        closed = true
      }
    }
    const signals: AbortSignal[] = []
    const stream = weft.stream(
      numbers(),
      (number, { signal }) => {
        signals.push(signal)
        return number === 0 ? number : new Promise(() => {})
      },
      { concurrency: 3 },
    )
    for await (const outcome of stream) {
      expect(outcome.status).toBe('done')
      await rest()
      break
    }
    await rest()
    expect(closed).toBe(true)
    expect(stream.signal.aborted).toBe(true)
    expect(signals.slice(1).every((signal) => signal.aborted)).toBe(true)
    expect(stream.progress).toMatchObject({ running: 0, waiting: 0 })
  })

  it('yields what was done before it says that its source broke', async () => {
    weft = await createRuntime()
    async function* broken(): AsyncGenerator<number> {
      yield 1
      yield 2
      throw new Error('cut')
    }
    const seen: unknown[] = []
    const reading = (async () => {
      for await (const outcome of weft.stream(broken(), (number) => number)) seen.push(outcome.status)
    })()
    await expect(reading).rejects.toMatchObject({ code: 'SOURCE_FAILED' })
    expect(seen).toEqual(['done', 'done'])
  })

  it('rejects for misuse when it is iterated', async () => {
    weft = await createRuntime()
    const stream = weft.stream([1], (number) => number, { order: true } as never)
    await expect(collect(stream)).rejects.toMatchObject({ code: 'INVALID_OPTION', message: /did you mean ordered/ })
  })

  it('ends with cancelled outcomes when it is cancelled from outside', async () => {
    weft = await createRuntime()
    const stream = weft.stream([1, 2, 3], () => new Promise(() => {}), { concurrency: 1 })
    const all = collect(stream)
    await rest()
    stream.cancel('stop')
    expect((await all).map((outcome) => outcome.status)).toEqual(['cancelled', 'cancelled', 'cancelled'])
  })
})
