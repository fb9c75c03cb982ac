import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { GraphNode } from '../../../src/flow/graph/graph.ts'
import { listSchedule, type ScheduleTerms } from '../../../src/flow/graph/list-schedule.ts'
import { acyclicNeeds, entriesByName, graphOf } from './random-graph.ts'

const lanes = ['a', 'b']

/** Durations repeat and may be 0, so that much happens at the same moment. */
const terms: ScheduleTerms = {
  durationMs: ({ index }) => (index * 5) % 7,
  priority: ({ index }) => (index % 4 === 0 ? 1 : 0),
  rank: ({ index }) => (index * 3) % 5,
  lane: ({ index }) => lanes[index % 2]!,
  slots: (lane) => (lane === 'a' ? 2 : 3),
}

describe('a list schedule', () => {
  it('starts nothing before its needs, passes no capacity, and leaves no slot free for what could use it', () => {
    fc.assert(
      fc.property(acyclicNeeds, (needs) => {
        const { nodes } = graphOf(entriesByName(needs))
        const { startMs, makespanMs } = listSchedule(nodes, terms)
        const start = (node: GraphNode): number => startMs[node.index]!
        const end = (node: GraphNode): number => start(node) + terms.durationMs(node)
        const ready = (node: GraphNode): number => Math.max(0, ...node.needs.map((need) => end(need.node)))
        const runs = (node: GraphNode, at: number): boolean => start(node) <= at && at < end(node)
        const busy = (lane: string, at: number): number =>
          nodes.filter((node) => terms.lane(node) === lane && runs(node, at)).length
        expect(makespanMs).toBe(Math.max(...nodes.map(end)))
        for (const node of nodes) {
          expect(start(node)).toBeGreaterThanOrEqual(ready(node))
          const lane = terms.lane(node)
          expect(busy(lane, start(node))).toBeLessThanOrEqual(terms.slots(lane))
          for (let at = ready(node); at < start(node); at += 1) expect(busy(lane, at)).toBe(terms.slots(lane))
        }
        // Whoever was overtaken was worth less, or was not ready when the other started (what takes no time may have ended right after).
        const wasReady = (node: GraphNode, at: number): boolean =>
          node.needs.every((need) => end(need.node) <= at && start(need.node) < at)
        const worth = (node: GraphNode): number => 10 * terms.priority(node) + terms.rank(node)
        for (const one of nodes) {
          const overtakers = nodes.filter(
            (other) =>
              terms.lane(other) === terms.lane(one) && start(other) < start(one) && wasReady(one, start(other)),
          )
          for (const other of overtakers) expect(worth(other)).toBeGreaterThanOrEqual(worth(one))
        }
      }),
      { numRuns: 300 },
    )
  })

  it('of nothing takes no time', () => {
    expect(listSchedule([], terms)).toEqual({ makespanMs: 0, startMs: new Float64Array() })
  })
})
