// biome-ignore-all lint/suspicious/noThenProperty: strange thenables are what is tested here
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { createRuntime, type Runtime } from '../../src/index.ts'
import { ManualClock, rest } from '../fixtures/manual-clock.ts'

let weft: Runtime
afterEach(() => weft.close())

const brokenMessage = Object.defineProperty(new Error('x'), 'message', {
  get() {
    throw new Error('even the message throws')
  },
})
const hostileProxy = new Proxy(
  {},
  {
    get() {
      throw new Error('get')
    },
    has() {
      throw new Error('has')
    },
    getPrototypeOf() {
      throw new Error('getPrototypeOf')
    },
  },
)
const strange = [
  undefined,
  null,
  0,
  '',
  Symbol('s'),
  Object.create(null),
  brokenMessage,
  {
    toString: () => {
      throw 1
    },
  },
  7n,
]

/** What a function may do with its caller. */
const behaviours: Readonly<Record<string, () => unknown>> = {
  ...Object.fromEntries(
    strange.flatMap((thrown, index) => [
      [
        `throws #${index}`,
        () => {
          throw thrown
        },
      ],
      [`rejects with #${index}`, () => Promise.reject(thrown)],
      [`returns #${index}`, () => thrown],
    ]),
  ),
  'throws a hostile proxy': () => {
    throw hostileProxy
  },
  'rejects with a hostile proxy': () => Promise.reject(hostileProxy),
  'a then that throws when it is read': () => ({
    get then() {
      throw new Error('read')
    },
  }),
  'a then that throws when it is called': () => ({
    then() {
      throw new Error('called')
    },
  }),
  'a thenable that calls back twice': () => ({
    then(done: (value: number) => void) {
      done(1)
      done(2)
    },
  }),
  'a thenable that both succeeds and fails': () => ({
    then(done: (value: number) => void, fail: (reason: unknown) => void) {
      done(1)
      fail(2)
    },
  }),
  'a thenable that gives a promise': () => ({
    then(done: (value: unknown) => void) {
      done(Promise.resolve(42))
    },
  }),
  'an object whose then is no function': () => ({ then: 7 }),
}

describe('whatever a function throws, returns or rejects with', () => {
  it('each input has one outcome, and nothing is abandoned or left unhandled', async () => {
    weft = await createRuntime({ clock: new ManualClock() })
    const unhandled: unknown[] = []
    const note = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', note)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...Object.keys(behaviours)), { maxLength: 12 }), async (names) => {
        const run = weft.map(names, (name) => behaviours[name]!())
        const outcomes = await run
        expect(outcomes.map((outcome) => outcome.input)).toEqual(names)
        expect(run.stats()).toMatchObject({ abandoned: 0, tally: { in: names.length } })
        expect(run.progress).toMatchObject({ running: 0, waiting: 0 })
        for (const outcome of outcomes) {
          if (outcome.status === 'failed') expect(JSON.stringify(outcome.failure)).toContain('TASK_FAILED')
        }
      }),
      { numRuns: 200 },
    )
    await rest()
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
  })

  it('a thenable is adopted as await would', async () => {
    weft = await createRuntime()
    const [outcome] = await weft.map([0], () => behaviours['a thenable that gives a promise']!())
    expect(outcome).toMatchObject({ status: 'done', value: 42 })
  })
})

describe('a listener that throws', () => {
  it('harms no run', async () => {
    const uncaught: unknown[] = []
    const former = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException')
    process.on('uncaughtException', (error) => uncaught.push(error))
    weft = await createRuntime({
      onEvent: (event) => {
        throw new Error(event.type)
      },
    })
    const outcomes = await weft.map([1, 2], (number) => number)
    await rest()
    process.removeAllListeners('uncaughtException')
    for (const listener of former) process.on('uncaughtException', listener)
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['done', 'done'])
    expect(uncaught).toHaveLength(6)
  })
})

describe('a time limit longer than any timer of Node', () => {
  it('rings no timer early', async () => {
    weft = await createRuntime()
    const warnings: Error[] = []
    const note = (warning: Error): void => void warnings.push(warning)
    process.on('warning', note)
    await weft.map([1], () => rest(), { timeoutMs: Number.MAX_SAFE_INTEGER })
    await rest()
    process.off('warning', note)
    expect(warnings).toEqual([])
  })
})
