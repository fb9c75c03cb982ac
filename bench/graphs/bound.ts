import type { GraphNode } from '../../src/flow/graph/graph.ts'
import type { Ranks } from '../../src/flow/graph/ranks.ts'

/** What no schedule of a graph on one lane can beat, in milliseconds. */
export interface Bounds {
  readonly criticalPathMs: number
  /** Work by slots. */
  readonly shareMs: number
  /** The larger of the two. */
  readonly boundMs: number
  /**
   * At least as large, and nearer to what is possible: while the first tasks run there is nothing else to do yet, nor is there while the last ones
   * do. For every set of tasks: the shortest way to one of them, their work by slots, the shortest way after one of them (J. Carlier, "Scheduling
   * jobs with release dates and tails on identical machines to minimize the makespan", 1987).
   */
  readonly tightMs: number
}

/**
 * @param nodes in a topological order
 * @param ranks by exact durations
 */
export function boundsOf(nodes: readonly GraphNode[], ranks: Ranks, slots: number): Bounds {
  const heads = new Float64Array(nodes.length)
  for (const node of nodes) {
    for (const { node: need } of node.needs) {
      heads[node.index] = Math.max(heads[node.index]!, heads[need.index]! + ranks.expectedMs(need))
    }
  }
  let criticalPathMs = 0
  let workMs = 0
  for (const node of nodes) {
    criticalPathMs = Math.max(criticalPathMs, ranks.of(node))
    workMs += ranks.expectedMs(node)
  }
  const boundMs = Math.max(criticalPathMs, workMs / slots)
  return {
    criticalPathMs,
    shareMs: workMs / slots,
    boundMs,
    tightMs: Math.max(boundMs, carlier(nodes, ranks, heads, slots)),
  }
}

/** Of all sets only those matter that hold every task with at least such a head and at least such a tail. */
function carlier(nodes: readonly GraphNode[], ranks: Ranks, heads: Float64Array, slots: number): number {
  const tailOf = (node: GraphNode): number => ranks.of(node) - ranks.expectedMs(node)
  const byTail = nodes.toSorted((one, other) => tailOf(other) - tailOf(one))
  const head = Float64Array.from(byTail, ({ index }) => heads[index]!)
  const tail = Float64Array.from(byTail, tailOf)
  const work = Float64Array.from(byTail, (node) => ranks.expectedMs(node) / slots)
  let largest = 0
  for (const least of new Set(head)) {
    let sum = 0
    for (let place = 0; place < work.length; place += 1) {
      if (head[place]! < least) continue
      sum += work[place]!
      largest = Math.max(largest, least + sum + tail[place]!)
    }
  }
  return largest
}
