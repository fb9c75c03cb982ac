import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../bench/corpus/random.ts'
import { hold } from '../../../bench/graphs/contest.ts'
import { laws } from '../../../bench/graphs/durations.ts'
import { families, randomGraph } from '../../../bench/graphs/families.ts'

describe.each(families)('a random graph of family %s', (family) => {
  it('is the same for the same seed, and needs only earlier tasks', () => {
    const needs = (seed: number): number[][] =>
      randomGraph(family, 200, createRandom(seed)).nodes.map((node) => node.needs.map((need) => need.node.index))
    expect(needs(1)).toEqual(needs(1))
    expect(needs(1)).not.toEqual(needs(2))
    expect(needs(1)).toHaveLength(200)
    for (const [index, some] of needs(1).entries()) for (const need of some) expect(need).toBeLessThan(index)
  })

  it.each(laws)('never beats the bound, whoever orders it (durations: %s)', (law) => {
    for (const slots of [1, 2, 16]) {
      const { boundMs, tightMs, criticalPathMs, shareMs, ...reached } = hold({
        family,
        law,
        size: 60,
        slots,
        seed: slots,
      })
      expect(boundMs).toBe(Math.max(criticalPathMs, shareMs))
      expect(tightMs).toBeGreaterThanOrEqual(boundMs)
      for (const ms of [reached.exactMs, reached.learnedMs, reached.fifoMs]) {
        expect(ms).toBeGreaterThanOrEqual(tightMs * (1 - 1e-9))
        // Graham's bound for any list schedule: work by slots, and what the critical path adds to it.
        expect(ms).toBeLessThanOrEqual((shareMs + criticalPathMs * (1 - 1 / slots)) * (1 + 1e-9))
      }
    }
  })
})
