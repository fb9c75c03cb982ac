import { describe, expect, it } from 'vitest'
import { scenario as gather } from '../../../bench/scenarios/01-gather.ts'
import { scenario as asCompleted } from '../../../bench/scenarios/02-as-completed.ts'
import { scenario as blocking } from '../../../bench/scenarios/03-blocking.ts'
import { scenario as workerPool } from '../../../bench/scenarios/04-worker-pool.ts'
import { scenario as fanOut } from '../../../bench/scenarios/05-fan-out.ts'
import { scenario as marketAnalysis } from '../../../bench/scenarios/06-market-analysis.ts'
import { scenario as pipeline } from '../../../bench/scenarios/07-pipeline.ts'
import { scenario as rateLimit } from '../../../bench/scenarios/08-rate-limit.ts'
import { scenario as partialFailure } from '../../../bench/scenarios/09-partial-failure.ts'
import { scenario as straggler } from '../../../bench/scenarios/10-straggler.ts'
import { scenario as burst } from '../../../bench/scenarios/11-burst.ts'
import { scenario as bestOf } from '../../../bench/scenarios/12-best-of.ts'
import { scenario as sweep } from '../../../bench/scenarios/13-sweep.ts'
import { scenario as strategies } from '../../../bench/scenarios/14-strategies.ts'
import { play } from '../../../bench/scenarios/scenario.ts'
import { scenarios } from '../../../bench/scenarios/scenarios.ts'
import { type Outcome, type Tally, values } from '../../../src/index.ts'

// Each scenario as `npm run scenario` runs it, in less time: faster clocks, smaller numbers. What it measures is not looked at.

describe('scenarios', () => {
  it('are named once each and say what they show', async () => {
    const all = await Promise.all(scenarios.map(async (load) => (await load()).scenario))
    expect(new Set(all.map(({ name }) => name)).size).toBe(14)
    for (const { about } of all) expect(about).toMatch(/^[A-Z].*[.!]$/)
  })

  it('1 gather: the same outcomes in the order of the topics', async () => {
    const { sequential, parallel } = await play(gather, { speed: 50 })
    const topics = ['solar', 'wind', 'tidal', 'geothermal', 'hydrogen']
    expect(values(parallel.outcomes).map(({ topic }) => topic)).toEqual(topics)
    expect(values(sequential.outcomes)).toEqual(values(parallel.outcomes))
    expect(sequential.seen.mostAtOnce).toBe(1)
    for (const { tally } of [sequential, parallel]) expectBalance(tally, { in: 5, done: 5 })
  })

  it('2 as-completed: every topic once, progress counting up, in order when there is one at a time', async () => {
    const { sequential, parallel } = await play(asCompleted, { speed: 50 })
    const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index)
    expect(sequential.arrivals.map(({ index }) => index)).toEqual(upTo(10))
    expect(parallel.arrivals.map(({ index }) => index).sort((one, other) => one - other)).toEqual(upTo(10))
    for (const { arrivals, tally } of [sequential, parallel]) {
      arrivals.forEach(({ settled }, at) => {
        expect(settled).toBeGreaterThan(at)
      })
      expectBalance(tally, { in: 10, done: 10 })
    }
    expect(sequential.seen.mostAtOnce).toBe(1)
  })

  it('3 blocking: threads count the same primes as the event loop', async () => {
    const { 'on the event loop': loop, 'in worker threads': threads } = await play(blocking, { smoke: true })
    expect(values(threads.outcomes)).toEqual(values(loop.outcomes))
    // 168 primes are below 1 000; 1 009 is the next one.
    expect(values(loop.outcomes)).toEqual([...Array(10).fill(168), 169, 169])
  })

  it('4 worker-pool: five at a time, ten of a hundred fail after three attempts', async () => {
    const { sequential, parallel } = await play(workerPool, { speed: 200 })
    const failed = (outcomes: readonly Outcome<unknown>[]): number[] =>
      outcomes.filter(({ status }) => status === 'failed').map(({ index }) => index)
    for (const { outcomes, tally, stands } of [sequential, parallel]) {
      expectBalance(tally, { in: 100, done: 90, failed: 10 })
      expect(new Set(outcomes.map(({ index }) => index)).size).toBe(100)
      for (const outcome of outcomes) expect(outcome.attempts).toBe(outcome.status === 'failed' ? 3 : 1)
      for (const { done, failed, running, waiting } of stands) {
        expect(done + failed + running + waiting).toBe(100)
        expect(running).toBeLessThanOrEqual(5)
      }
    }
    expect(failed(parallel.outcomes).toSorted()).toEqual(failed(sequential.outcomes).toSorted())
    expect(sequential.seen.mostAtOnce).toBe(1)
    expect(parallel.seen.mostAtOnce).toBeLessThanOrEqual(5)
  })

  it('5 fan-out: a sub-task for each aspect of the goal, and a report that has them all', async () => {
    const { sequential, parallel } = await play(fanOut, { speed: 50 })
    const titles = ['demand', 'rivals', 'prices', 'rules', 'installers', 'channels']
    for (const { tally, parts, outcome } of [sequential, parallel]) {
      expect(parts.map(({ input }) => input.title)).toEqual(titles)
      // The split, six parts, the join.
      expectBalance(tally, { in: 8, done: 8 })
      const [report] = values([outcome])
      for (const title of titles) expect(report).toContain(`On ${title}:`)
    }
    expect(values([parallel.outcome])).toEqual(values([sequential.outcome]))
    expect(sequential.seen.mostAtOnce).toBe(1)
  })

  it('6 market-analysis: the synthesis is made of all three, and is what the run ends with', async () => {
    const { sequential, parallel } = await play(marketAnalysis, { speed: 50 })
    for (const { tally, outcomes, levels, criticalPath } of [sequential, parallel]) {
      expectBalance(tally, { in: 4, done: 4 })
      expect(levels).toEqual([['markets', 'competitors', 'trends'], ['synthesis']])
      expect(criticalPath.at(-1)?.name).toBe('synthesis')
      for (const part of ['Spain', 'boiler makers', 'energy prices']) {
        expect(values([outcomes.synthesis])[0]).toContain(`On ${part}:`)
      }
    }
    expect(values([parallel.outcomes.synthesis])).toEqual(values([sequential.outcomes.synthesis]))
    expect(sequential.seen.mostAtOnce).toBe(1)
  })

  it('7 pipeline: the same comparison of twelve companies, with two calls each', async () => {
    const played = await play(pipeline, { speed: 100 })
    for (const { tally, comparison, seen } of Object.values(played)) {
      expectBalance(tally, { in: 12, done: 12 })
      expect(comparison).toBe(played.sequential.comparison)
      expect(seen.accepted).toBe(24)
    }
    const lines = played.sequential.comparison.split('\n')
    expect(lines).toHaveLength(12)
    expect(lines[0]).toMatch(/^On the sales of Aurora: /)
    expect(lines[11]).toMatch(/^On the sales of Lynx: /)
    expect(played.sequential.seen.mostAtOnce).toBe(1)
    expect(played['stage barriers'].seen.mostAtOnce).toBeLessThanOrEqual(4)
    expect(played.pipeline.seen.mostAtOnce).toBeLessThanOrEqual(8)
  })

  it('8 rate-limit: every question answered within the rate, every company accounted for beyond it', async () => {
    const { sequential, 'parallel, no rate': hasty, parallel } = await play(rateLimit, { speed: 120 })
    expect(values(parallel.outcomes)).toEqual(values(sequential.outcomes))
    for (const { tally, outcomes, seen } of [sequential, parallel]) {
      expectBalance(tally, { in: 8, done: 8 })
      for (const answers of values(outcomes)) expect(answers).toHaveLength(5)
      expect(seen.accepted).toBe(40)
    }
    expect(hasty.tally.in).toBe(8)
    expect(hasty.tally.done + hasty.tally.failed).toBe(8)
  })

  it('9 partial-failure: what each policy leaves of ten', async () => {
    const played = await play(partialFailure, { speed: 20 })
    for (const { tally } of [played.sequential, played.settle]) expectBalance(tally, { in: 10, done: 7, failed: 3 })
    const failed = played.settle.outcomes.flatMap((outcome) => (outcome.status === 'failed' ? [outcome.input] : []))
    expect(failed).toEqual(['aurora', 'bison', 'heron'])
    expect(played['fail-fast'].tally.failed).toBe(1)
    expect(played['quorum(7)'].tally.done).toBe(7)
    for (const { tally, outcomes } of Object.values(played)) {
      expect(tally.done + tally.failed + tally.cancelled).toBe(10)
      expect(outcomes.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    }
  })

  it('10 straggler: whatever ends the request that hangs, all ten stations answer', async () => {
    const played = await play(straggler, { speed: 60 })
    for (const { tally, outcomes } of Object.values(played)) {
      expectBalance(tally, { in: 10, done: 10 })
      expect(values(outcomes)).toEqual(values(played.sequential.outcomes))
    }
    const galway = (way: keyof typeof played): Outcome<unknown> => played[way].outcomes[6]!
    for (const way of ['sequential', 'parallel', 'timeout'] as const) {
      expect(galway(way).retried[0]).toMatchObject({ code: 'TIMEOUT' })
    }
    expect(galway('hedge').retried).toEqual([])
  })

  it('11 burst: twenty at a time, five hundred in and out', async () => {
    const { sequential, parallel } = await play(burst, { speed: 200 })
    expect(values(parallel.outcomes)).toEqual(values(sequential.outcomes))
    expect(sequential.seen.mostAtOnce).toBe(1)
    expect(parallel.seen.mostAtOnce).toBeLessThanOrEqual(20)
    for (const { tally, seen } of [sequential, parallel]) {
      expectBalance(tally, { in: 500, done: 500 })
      expect(seen.accepted).toBe(500)
    }
  })

  it('12 best-of: five drafts, the best first', async () => {
    const { sequential, parallel } = await play(bestOf, { speed: 50 })
    expect(parallel.ranked).toEqual(sequential.ranked)
    const scores = parallel.ranked.map(({ score }) => score)
    expect(scores).toEqual(scores.toSorted((one, other) => other - one))
    expect(scores[0]).toBeGreaterThan(scores.at(-1)!)
    expect(new Set(parallel.ranked.map(({ index }) => index)).size).toBe(5)
    expectBalance(parallel.tally, { in: 5, done: 5 })
  })

  it('13 sweep: every point of the grid once, the last name changing fastest', async () => {
    const { sequential, parallel } = await play(sweep, { speed: 50 })
    const points = ['small', 'medium', 'large'].flatMap((model) =>
      [0, 0.3, 0.7, 1].map((temperature) => ({ model, temperature })),
    )
    expect(parallel.outcomes.map(({ input }) => input)).toEqual(points)
    expect(values(parallel.outcomes)).toEqual(values(sequential.outcomes))
    // A large model at its best temperature forgets nothing.
    expect(values(parallel.outcomes)[9]).toBe(10)
    expectBalance(parallel.tally, { in: 12, done: 12 })
  })

  it('14 strategies: every way gives the same results', async () => {
    const played = await play(strategies, { smoke: true })
    for (const { results, tally } of Object.values(played)) {
      expect(results).toEqual(played.sequential.results)
      expectBalance(tally, { in: 12, done: 12 })
    }
  })
})

/** Whatever went in came out, with these counts; those that are not named are 0. */
function expectBalance(tally: Tally, counts: Partial<Tally>): void {
  expect(tally).toEqual({ in: 0, done: 0, failed: 0, skipped: 0, cancelled: 0, ...counts })
}
