import type { Graph, GraphNode } from '../../src/flow/graph/graph.ts'
import { listSchedule } from '../../src/flow/graph/list-schedule.ts'
import { Ranks } from '../../src/flow/graph/ranks.ts'
import { Expectations } from '../../src/schedule/expectations.ts'
import { createRandom } from '../corpus/random.ts'
import { type Bounds, boundsOf } from './bound.ts'
import { createWorkload, type Law, type Workload } from './durations.ts'
import { type Family, randomGraph } from './families.ts'

export interface Contest {
  readonly family: Family
  readonly law: Law
  /** Tasks of the graph. */
  readonly size: number
  /** Slots of the one lane that all of them use. */
  readonly slots: number
  readonly seed: number
}

/** How long one graph took, each way, in milliseconds of a simulated clock. */
export interface Makespans extends Bounds {
  /** Longest remaining path first, each duration known. */
  readonly exactMs: number
  /** The same, by what was learned. */
  readonly learnedMs: number
  /** First ready, first served. */
  readonly fifoMs: number
}

/**
 * The same graph with the same durations, scheduled in three ways. Learned means: before it, one other run of as many tasks of the same kinds, whose
 * durations went through `Expectations` in the order in which they were drawn; during the run nothing more is learned.
 */
export function hold({ family, law, size, slots, seed }: Contest): Makespans {
  const random = createRandom(seed)
  const graph = randomGraph(family, size, random)
  const workload = createWorkload(law, random)
  const learned = learn(workload, size)
  const kinds = graph.nodes.map(() => workload.kind())
  const durations = kinds.map((kind) => workload.durationMs(kind))
  const durationMs = ({ index }: GraphNode): number => durations[index]!
  const exact = ranksOf(graph, durationMs)
  const guessed = ranksOf(graph, ({ index }) => learned.expectedMs(kinds[index]!))
  const makespan = (rank: (node: GraphNode) => number): number => {
    const terms = { durationMs, rank, priority: () => 0, lane: () => 'lane', slots: () => slots }
    return listSchedule(graph.nodes, terms).makespanMs
  }
  return {
    ...boundsOf(graph.nodes, exact, slots),
    exactMs: makespan((node) => exact.of(node)),
    learnedMs: makespan((node) => guessed.of(node)),
    fifoMs: makespan(() => 0),
  }
}

/** Whether the order matters most: where one of the two bounds is far above the other, almost any order reaches it. */
export function isContested({ criticalPathMs, shareMs }: Makespans): boolean {
  return criticalPathMs <= 2 * shareMs && shareMs <= 2 * criticalPathMs
}

function learn(workload: Workload, tasks: number): Expectations {
  const expectations = new Expectations()
  for (let count = 0; count < tasks; count += 1) {
    const kind = workload.kind()
    expectations.learn(kind, workload.durationMs(kind))
  }
  return expectations
}

function ranksOf(graph: Graph, expectedMs: (node: GraphNode) => number): Ranks {
  const ranks = new Ranks(expectedMs)
  // The families name only earlier tasks, so the nodes stand in a topological order.
  ranks.add(graph.nodes)
  return ranks
}
