import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  createRuntime,
  equation,
  Failure,
  type LaneTask,
  type Outcome,
  type ResourceServices,
} from '../../src/index.ts'
import { ManualClock, rest } from '../fixtures/manual-clock.ts'

/** What the provider does with one attempt. */
const answer = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('answer' as const), ms: fc.nat(3_000) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('rate' as const), ms: fc.nat(200) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('rate' as const), ms: fc.nat(50), retryAfterMs: fc.nat(20_000) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('overload' as const, 'timeout' as const), ms: fc.nat(500) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('hang' as const), ms: fc.constant(0) }) },
)
const deed = fc.record({
  what: fc.constantFrom('time', 'time', 'time', 'resize', 'pause', 'resume', 'stop'),
  ms: fc.nat(4_000),
  size: fc.integer({ min: 1, max: 12 }),
})
const given = fc.record({
  concurrency: fc.constantFrom('auto' as const, 'auto' as const, 1, 3, 8),
  tasks: fc.integer({ min: 1, max: 30 }),
  calls: fc.boolean(),
  answers: fc.array(answer, { minLength: 1, maxLength: 60 }),
  deeds: fc.array(deed, { maxLength: 12 }),
})

it('a governed lane never begins more than it may, and every task ends, whatever the provider says and whoever holds it', async () => {
  await fc.assert(
    fc.asyncProperty(given, async ({ concurrency, tasks, calls, answers, deeds }) => {
      const clock = new ManualClock()
      await using weft = await createRuntime({ clock, random: () => 0.5, lanes: { model: { concurrency } } })
      const lane = weft.lane('model')
      let begun = 0
      let isStopping = false
      const faults: string[] = []
      // An exception would only be the task's failure.
      const check = (): void => {
        const { running, state } = lane
        const isFine = running <= state.concurrency && state.concurrency >= 1 && state.concurrency <= state.ceiling
        const isOpen = state.phase === 'slow-start' || state.phase === 'steady'
        if (!isFine || !isOpen) faults.push(JSON.stringify(lane))
      }
      const pass = (ms: number, signal: AbortSignal): Promise<void> =>
        new Promise((resolve, reject) => {
          const timer = clock.startTimer(resolve, ms)
          signal.addEventListener('abort', () => {
            timer.stop()
            reject(signal.reason)
          })
        })
      const ask: LaneTask<number, number> = {
        kind: 'lane-task',
        name: 'ask',
        lane: 'model',
        run: async (n, { signal }) => {
          check()
          const say = answers[begun % answers.length]!
          begun += 1
          if (isStopping) {
            isStopping = false
            throw new Failure('AUTH_FAILED', 'no', { kind: 'auth' })
          }
          // So that it ends: after so many it is kind.
          if (begun > 200 || say.kind === 'answer') {
            await pass(say.ms, signal)
            return n
          }
          if (say.kind === 'hang') await pass(1e9, signal)
          await pass(say.ms, signal)
          const retryAfterMs = 'retryAfterMs' in say ? { retryAfterMs: say.retryAfterMs } : {}
          throw new Failure('NO', 'no', { kind: say.kind as 'rate', retryable: true, ...retryAfterMs })
        },
      }
      let services: ResourceServices | undefined
      const open = (given: ResourceServices): AsyncDisposable => {
        services = given
        return { [Symbol.asyncDispose]: async () => {} }
      }
      await weft.map([0], (_, context) => context.open({ name: 'services', open }))
      const items = Array.from({ length: tasks }, (_, index) => index)
      const run = calls
        ? weft.map(items, (n, context) => context.call(ask, n), { timeoutMs: 5_000 })
        : weft.map(items, ask, { timeoutMs: 5_000 })
      let outcomes: Outcome<number>[] | undefined
      const ended = run.then((all) => {
        outcomes = all
      })
      for (const { what, ms, size } of deeds) {
        if (what === 'time') await clock.advance(ms)
        else if (what === 'resize') services!.lane('model').resize(size)
        else if (what === 'pause') lane.pause()
        else if (what === 'resume') lane.resume()
        else isStopping = true
        await rest()
      }
      for (let turn = 0; turn < 200 && outcomes === undefined; turn += 1) {
        lane.resume()
        await clock.advance(30_000)
      }
      await ended
      expect(faults).toEqual([])
      expect(outcomes).toHaveLength(tasks)
      expect(run.stats().tally.in).toBe(tasks)
      expect(equation(run.stats().tally)).toMatch(new RegExp(`^${tasks} in = `))
      expect([lane.running, lane.waiting]).toEqual([0, 0])
    }),
    { numRuns: 150 },
  )
})
