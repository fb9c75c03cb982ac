import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../src/core/outcome.ts'
import { noUsage } from '../../src/core/usage.ts'
import { Figures } from '../../src/observe/figures.ts'
import { runStatistics, stageStatistics } from '../../src/observe/statistics.ts'
import { accountOf } from '../support/account.ts'

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
    const own = new Figures('io')
    own.settled(done(0, 300, 10), 200)
    own.settled(done(1, 500, 30), 450)
    own.ran('cpu', 100)
    own.ran('cpu', 50)
    const figures = runStatistics(
      accountOf(own, {
        wallMs: 400,
        concurrency: 10,
        lane: (name) => ({ capacity: name === 'cpu' ? 2 : 1_024 }),
      }),
    )
    expect(figures).toMatchObject({
      tally: { in: 2, done: 2, failed: 0, skipped: 0, cancelled: 0 },
      sumMs: 800,
      longestMs: 500,
      speedUp: 2,
      queuedMs: { mean: 20, max: 30 },
      usage: { bytes: 200 },
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
    const own = new Figures('io')
    for (const [index, ms] of durations.entries()) own.settled(done(index, ms), 0)
    own.ran('cpu', cpuMs)
    const { bound } = runStatistics(accountOf(own, { wallMs: 2 * boundMs, concurrency, lane: () => ({ capacity: 2 }) }))
    expect(bound).toEqual({ ms: boundMs, by: expect.stringMatching(by), reached: 0.5 })
  })

  it('are bounded by the longest chain of tasks where that is longer', () => {
    const own = new Figures('io')
    own.settled(done(0, 100), 100)
    const { bound } = runStatistics(accountOf(own, { wallMs: 300, pathMs: 150 }))
    expect(bound).toEqual({ ms: 150, by: 'the critical path', reached: 0.5 })
  })

  it('hold those of child runs, whose tasks are counted apart', () => {
    const own = new Figures('io')
    own.settled(done(0, 100, 10), 100)
    const children = new Figures()
    const child = new Figures('api')
    child.settled(done(0, 300, 50), 300)
    child.attempts += 2
    children.add(child)
    const figures = runStatistics(accountOf(own, { children, wallMs: 400 }))
    expect(figures).toMatchObject({
      tally: { in: 1 },
      children: { in: 1, done: 1 },
      sumMs: 400,
      longestMs: 300,
      attempts: 2,
      queuedMs: { mean: 10 },
      usage: { bytes: 200 },
      lanes: { io: { workMs: 100 }, api: { workMs: 300 } },
    })
    expect(stageStatistics('ask', child)).toMatchObject({ name: 'ask', tally: { in: 1 }, sumMs: 300, attempts: 2 })
  })

  it('name the twenty tasks that blocked the loop longest', () => {
    const own = new Figures('io')
    for (let ms = 1; ms <= 200; ms += 1) own.block({ id: `t/${ms}`, name: 't', ms, exact: true })
    const { blocking } = runStatistics(accountOf(own, {}))
    expect(blocking.map(({ ms }) => ms)).toEqual(Array.from({ length: 20 }, (_, index) => 200 - index))
  })

  it('of a run without tasks are no nonsense', () => {
    const figures = runStatistics(accountOf(new Figures('io'), { wallMs: 0 }))
    expect(figures).toMatchObject({ speedUp: 1, bound: { ms: 0 }, queuedMs: { mean: 0, max: 0 } })
  })
})
