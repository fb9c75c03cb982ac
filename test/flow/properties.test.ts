import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRuntime, Failure, type Outcome } from '../../src/index.ts'
import { ManualClock, rest } from '../fixtures/manual-clock.ts'

/** How one task behaves: how long each attempt takes, and how it ends. */
const behaviour = fc.record({
  tookMs: fc.integer({ min: 0, max: 400 }),
  ends: fc.constantFrom('done', 'done', 'throws', 'retryable once', 'retryable always', 'hangs', 'synchronously'),
  key: fc.constantFrom('a', 'b', 'c'),
})

const scenario = fc.record({
  tasks: fc.array(behaviour, { maxLength: 40 }),
  concurrency: fc.integer({ min: 1, max: 8 }),
  perKey: fc.integer({ min: 1, max: 3 }),
  source: fc.constantFrom('array', 'generator', 'async generator'),
  how: fc.constantFrom('map', 'stream', 'ordered stream'),
  stopAfterMs: fc.option(fc.integer({ min: 0, max: 1_500 })),
  stopBy: fc.constantFrom('cancel', 'drain', 'signal'),
})

describe('whatever the tasks do and whenever the run is stopped', () => {
  it('each input has one outcome, limits hold at every moment, and nothing is left behind', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ tasks, concurrency, perKey, source, how, stopAfterMs, stopBy }) => {
        const clock = new ManualClock()
        const lanes = { web: { concurrency, perKey: { concurrency: perKey } } }
        const weft = await createRuntime({ clock, random: () => 0.5, lanes })
        const controller = new AbortController()
        const running = new Map<number, string>()
        const check = (): void => {
          expect(running.size).toBeLessThanOrEqual(concurrency)
          for (const key of ['a', 'b', 'c']) {
            expect([...running.values()].filter((one) => one === key).length).toBeLessThanOrEqual(perKey)
          }
        }
        const work = (task: (typeof tasks)[number], { index, attempt, signal }: Context): unknown => {
          running.set(index, task.key)
          check()
          signal.addEventListener('abort', () => running.delete(index))
          const end = (): number => {
            running.delete(index)
            if (task.ends === 'throws') throw new Error('broken')
            if (task.ends === 'retryable always') throw new Failure('BUSY', 'busy', { retryable: true })
            if (task.ends === 'retryable once' && attempt === 1) throw new Failure('BUSY', 'busy', { retryable: true })
            return index
          }
          if (task.ends === 'hangs') return new Promise(() => {})
          if (task.ends === 'synchronously') return end()
          return new Promise<void>((resolve) => clock.startTimer(resolve, task.tookMs)).then(end)
        }
        const options = { lane: 'web', laneKey: keyOf, timeoutMs: 300, signal: controller.signal }
        const items = { array: tasks, generator: generate(tasks), 'async generator': generateLater(tasks) }[source]
        const run =
          how === 'map'
            ? weft.map(items, work, options)
            : weft.stream(items, work, { ...options, ordered: how !== 'stream' })
        const outcomes = collect(run as never)
        await rest()
        if (stopAfterMs !== null) {
          await clock.advance(stopAfterMs)
          if (stopBy === 'signal') controller.abort(new Error('stopped'))
          else run[stopBy]('stopped')
        }
        // In steps: a task that starts on the way sets timers of its own.
        for (let step = 0; step < 20; step += 1) await clock.advance(1_000)
        const all = await outcomes
        const { tally } = run.stats()
        const stopped = stopAfterMs !== null
        if (!stopped || source === 'array') expect(all.length).toBe(tasks.length)
        expect(new Set(all.map((outcome) => outcome.index)).size).toBe(all.length)
        expect(tally.in).toBe(all.length)
        expect(tally.done + tally.failed + tally.skipped + tally.cancelled).toBe(tally.in)
        if (how !== 'stream') expect(all.map((outcome) => outcome.index)).toEqual(all.map((_, index) => index))
        if (!stopped) for (const outcome of all) expect(possibleEnds(tasks[outcome.index]!)).toContain(outcome.status)
        expect(run.progress).toMatchObject({ running: 0, waiting: 0 })
        expect(weft.lanes().every((lane) => lane.running === 0)).toBe(true)
        await weft.close()
        // What is left are the timers of this test's own abandoned tasks.
        expect(clock.pending).toBe(0)
      }),
      { numRuns: 1_000 },
    )
  })
})

interface Context {
  readonly index: number
  readonly attempt: number
  readonly signal: AbortSignal
}

function keyOf(task: { readonly key: string }): string {
  return task.key
}

function possibleEnds(task: { readonly tookMs: number; readonly ends: string }): Outcome<unknown>['status'][] {
  if (task.ends === 'synchronously') return ['done']
  if (task.ends !== 'done' && task.ends !== 'retryable once') return ['failed']
  // A limit rings up to 1/64 late.
  if (task.tookMs >= 300 && task.tookMs <= 306) return ['done', 'failed']
  return [task.tookMs < 300 ? 'done' : 'failed']
}

function* generate<T>(items: readonly T[]): Generator<T> {
  yield* items
}

async function* generateLater<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}

async function collect(
  run: AsyncIterable<Outcome<unknown>> & PromiseLike<Outcome<unknown>[]>,
): Promise<Outcome<unknown>[]> {
  if ('then' in run) return run
  const all: Outcome<unknown>[] = []
  for await (const outcome of run as AsyncIterable<Outcome<unknown>>) all.push(outcome)
  return all
}
