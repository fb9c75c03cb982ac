import { describe, expect, it } from 'vitest'
import { worker } from '../../../src/core/worker.ts'
import type { GraphNode } from '../../../src/flow/graph/graph.ts'
import { plan } from '../../../src/flow/graph/plan.ts'
import { readGraph } from '../../../src/flow/graph/read.ts'
import { task } from '../../../src/flow/graph/task.ts'
import { chain, noop } from './random-graph.ts'

const expectedMs = ({ handle }: GraphNode): number => handle.options.expectedMs ?? 1
const markets = task(noop, { expectedMs: 30 })
const rivals = task(noop, { expectedMs: 20 })
const trends = task(noop, { expectedMs: 10 })
const synthesis = task({ needs: { markets, rivals, trends }, expectedMs: 5 }, noop)
const analysis = readGraph({ trends, rivals, markets, synthesis })

describe('a plan', () => {
  it('shows levels, the critical path, and how long it all takes with as many slots as there are', () => {
    expect(plan(analysis, { expectedMs, slots: () => Number.POSITIVE_INFINITY })).toEqual({
      levels: [['trends', 'rivals', 'markets'], ['synthesis']],
      criticalPath: { names: ['markets', 'synthesis'], ms: 35 },
      makespanMs: 35,
      workMs: 65,
    })
    expect(plan(analysis, { expectedMs, slots: () => 2 }).makespanMs).toBe(35)
    expect(plan(analysis, { expectedMs, slots: () => 1 }).makespanMs).toBe(65)
  })

  it('follows priorities before the critical path', () => {
    const graph = readGraph({
      long: task(noop, { expectedMs: 10 }),
      short: task(noop, { expectedMs: 5, priority: 1 }),
      middle: task(noop, { expectedMs: 9, priority: 1 }),
    })
    // By the critical path alone it were 14.
    expect(plan(graph, { expectedMs, slots: () => 2 }).makespanMs).toBe(15)
  })

  it('has each task wait for its own lane', () => {
    const { work } = worker<{ work(input: object): void }>(new URL('file:///never-loaded.ts'))
    const graph = readGraph([
      ...[1, 2, 3].map((index) => [`io ${index}`, task(noop, { expectedMs: 10 })] as const),
      ...[1, 2].map((index) => [`cpu ${index}`, task(work, { expectedMs: 10 })] as const),
      ['api', task(noop, { expectedMs: 10, lane: 'api' })],
    ])
    const slots: Readonly<Record<string, number>> = { io: 3, cpu: 1, api: 1 }
    expect(plan(graph, { expectedMs, slots: (lane) => slots[lane]! })).toMatchObject({ makespanMs: 20, workMs: 60 })
  })

  it('of nothing is empty', () => {
    const nothing = { levels: [], criticalPath: { names: [], ms: 0 }, makespanMs: 0, workMs: 0 }
    expect(plan(readGraph({}), { expectedMs, slots: () => 1 })).toEqual(nothing)
  })

  it('copes with a chain of 100,000', () => {
    const long = plan(readGraph({ last: chain(100_000) }), { expectedMs, slots: () => 2 })
    expect(long).toMatchObject({ makespanMs: 100_000, workMs: 100_000 })
    expect(long.levels).toHaveLength(100_000)
    expect(long.criticalPath.names.at(-1)).toBe('last')
  })
})
