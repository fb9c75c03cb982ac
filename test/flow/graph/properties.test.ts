import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createRuntime, Failure, type GraphContext, type Outcome, optional, task } from '../../../src/index.ts'
import { ManualClock, rest } from '../../fixtures/manual-clock.ts'

const lanes = {
  api: { concurrency: 2, requestsPerMinute: 6_000 },
  pages: { concurrency: 3, perKey: { concurrency: 1 } },
}

/** One task: what it needs among those before it, how long it takes, how it ends. */
const node = fc.record({
  needs: fc.uniqueArray(fc.nat(30), { maxLength: 3 }),
  optional: fc.boolean(),
  lane: fc.constantFrom('api', 'pages', 'io'),
  tookMs: fc.integer({ min: 0, max: 300 }),
  ends: fc.constantFrom('done', 'done', 'done', 'throws', 'retryable once', 'hangs', 'spawns', 'awaits a spawned one'),
  priority: fc.integer({ min: 0, max: 2 }),
})

const contest = fc.record({
  nodes: fc.array(node, { minLength: 1, maxLength: 25 }),
  concurrency: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
  policy: fc.constantFrom('settle', 'settle', 'fail-fast'),
  stopAfterMs: fc.option(fc.integer({ min: 0, max: 800 })),
  stopBy: fc.constantFrom('cancel', 'drain', 'signal', 'close'),
  pauseAfterMs: fc.option(fc.integer({ min: 0, max: 300 })),
})

it('whatever its tasks do, however it is stopped: needs first, each once, all of them end, nothing is left', async () => {
  await fc.assert(
    fc.asyncProperty(contest, async ({ nodes, concurrency, policy, stopAfterMs, stopBy, pauseAfterMs }) => {
      const clock = new ManualClock()
      const weft = await createRuntime({ clock, lanes, random: () => 0.5 })
      const controller = new AbortController()
      const ended = new Set<string>()
      const begun: string[] = []
      const running = new Map<string, string>()
      const work = (name: string, index: number) => async (_needs: unknown, context: GraphContext) => {
        const { lane, tookMs, ends, needs, optional: isOptional } = nodes[index]!
        if (context.attempt === 1) begun.push(name)
        for (const need of needsOf(needs, index)) if (!isOptional) expect(ended).toContain(`t${need}`)
        running.set(name, lane)
        for (const [held, most] of [
          ['api', 2],
          ['pages', 3],
        ] as const) {
          expect([...running.values()].filter((one) => one === held).length).toBeLessThanOrEqual(most)
        }
        expect(running.size).toBeLessThanOrEqual(concurrency ?? Number.POSITIVE_INFINITY)
        context.signal.addEventListener('abort', () => running.delete(name))
        try {
          if (ends === 'hangs') await new Promise(() => {})
          if (tookMs > 0) await new Promise<void>((resolve) => void clock.startTimer(resolve, tookMs))
          if (ends === 'throws') throw new Error('broken')
          if (ends === 'retryable once' && context.attempt === 1) throw new Failure('BUSY', 'busy', { retryable: true })
          if (ends === 'spawns')
            void context.spawn(
              `of ${name}`,
              task(() => void begun.push(`of ${name}`), { lane }),
            )
        } finally {
          running.delete(name)
        }
        if (ends === 'awaits a spawned one') {
          const outcome = await context.spawn(
            `of ${name}`,
            task(() => void begun.push(`of ${name}`), { lane }),
          )
          running.set(name, lane)
          expect(outcome.status).toBe('done')
          running.delete(name)
        }
        ended.add(name)
      }
      const entries = nodes.map(({ needs, optional: isOptional, lane, priority }, index) => {
        const names = needsOf(needs, index).map((need) => (isOptional ? optional(`t${need}`) : `t${need}`))
        const options = { needs: names, lane, priority, timeoutMs: 500, laneKey: () => 'key' }
        return [`t${index}`, task(options, work(`t${index}`, index))] as const
      })
      const options = {
        policy,
        signal: controller.signal,
        ...(concurrency === undefined ? {} : { concurrency }),
      } as const
      const run = weft.graph(entries, options)
      let settled: Readonly<Record<string, Outcome<unknown>>> | undefined
      run.then((all) => {
        settled = all as Readonly<Record<string, Outcome<unknown>>>
      })
      await rest()
      if (pauseAfterMs !== null) {
        await clock.advance(pauseAfterMs)
        run.pause()
        await clock.advance(100)
        run.resume()
      }
      if (stopAfterMs !== null) {
        await clock.advance(stopAfterMs)
        if (stopBy === 'signal') controller.abort(new Error('stopped'))
        else if (stopBy === 'close') void weft.close()
        else run[stopBy]('stopped')
      }
      for (let step = 0; step < 40; step += 1) await clock.advance(500)
      expect(settled).toBeDefined()
      const outcomes = settled!
      const { tally } = run.stats()
      expect(tally.in).toBe(Object.keys(outcomes).length)
      expect(tally.done + tally.failed + tally.skipped + tally.cancelled).toBe(tally.in)
      expect(new Set(begun).size).toBe(begun.length)
      for (const [name, outcome] of Object.entries(outcomes)) {
        expect(outcome).toBeDefined()
        if (outcome.status === 'done') expect(begun).toContain(name)
        if (outcome.status === 'skipped') expect(begun).not.toContain(name)
      }
      if (stopAfterMs === null && policy === 'settle') expect(tally.cancelled).toBe(0)
      expect(run.progress).toMatchObject({ running: 0, waiting: 0 })
      expect(weft.lanes().every((lane) => lane.running === 0)).toBe(true)
      await weft.close()
      expect(clock.pending).toBe(0)
    }),
    { numRuns: 400, timeout: 3_000, endOnFailure: false },
  )
})

/** Only what stands before it, so that there is no cycle. */
function needsOf(needs: readonly number[], index: number): number[] {
  return needs.filter((need) => need < index)
}
