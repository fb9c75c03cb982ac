import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../src/core/outcome.ts'
import { noUsage } from '../../src/core/usage.ts'
import { Statistics } from '../../src/observe/statistics.ts'

const quiet = { p50Ms: 1, p99Ms: 1, maxMs: 1 }

function done(index: number, runMs: number, queuedMs = 0): Outcome<number> {
  const usage = { ...noUsage, bytes: 100 }
  return {
    id: `read-1/${index}`,
    name: 'read',
    index,
    input: index,
    status: 'done',
    value: 0,
    attempts: 1,
    retried: [],
    queuedMs,
    runMs,
    usage,
  }
}

describe('the figures of a run', () => {
  it('add up', () => {
    const statistics = new Statistics('io')
    statistics.settled(done(0, 300, 10), 200)
    statistics.settled(done(1, 500, 30), 450)
    statistics.called('cpu', 100)
    statistics.called('cpu', 50)
    const figures = statistics.snapshot(400, 10, (lane) => (lane === 'cpu' ? 2 : 1_024), quiet)
    expect(figures).toMatchObject({
      tally: { in: 2, done: 2, failed: 0, skipped: 0, cancelled: 0 },
      sumMs: 800,
      longestMs: 500,
      speedUp: 2,
      queuedMs: { mean: 20, max: 30 },
      usage: { ...noUsage, bytes: 200 },
      lanes: {
        io: { workMs: 650, capacity: 10, utilisation: 650 / 4_000 },
        cpu: { workMs: 150, capacity: 2, utilisation: 150 / 800 },
      },
    })
  })

  it.each([
    ['the longest task', [500, 10, 10], 0, 4, 500, /the longest task, read #0/],
    ['the work on a lane', [100, 100, 100], 900, 4, 450, /lane cpu/],
    ['all work by its concurrency', [300, 300, 300, 300], 0, 2, 600, /all work, 2 at a time/],
  ])('are bounded by %s', (_, durations, cpuMs, concurrency, boundMs, by) => {
    const statistics = new Statistics('io')
    for (const [index, ms] of durations.entries()) statistics.settled(done(index, ms), 0)
    statistics.called('cpu', cpuMs)
    const { bound } = statistics.snapshot(2 * boundMs, concurrency, () => 2, quiet)
    expect(bound).toEqual({ ms: boundMs, by: expect.stringMatching(by), reached: 0.5 })
  })

  it('name the twenty tasks that blocked the loop longest', () => {
    const statistics = new Statistics('io')
    for (let ms = 1; ms <= 200; ms += 1) statistics.stoodStill({ id: `t/${ms}`, name: 't' }, ms, true)
    const { blocking } = statistics.snapshot(1, 1, () => 1, quiet)
    expect(blocking.map(({ ms }) => ms)).toEqual(Array.from({ length: 20 }, (_, index) => 200 - index))
  })

  it('of a run without tasks are no nonsense', () => {
    const figures = new Statistics('io').snapshot(0, 1, () => 1, quiet)
    expect(figures).toMatchObject({ speedUp: 1, bound: { ms: 0 }, queuedMs: { mean: 0, max: 0 } })
  })
})
