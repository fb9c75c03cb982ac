import type { Plan } from '../../core/graph.ts'
import type { Graph, GraphNode } from './graph.ts'
import { listSchedule } from './list-schedule.ts'
import { Ranks } from './ranks.ts'
import { laneOf } from './task-options.ts'

export interface PlanTerms {
  /** How long a task is expected to take, in milliseconds. */
  expectedMs(node: GraphNode): number
  /** Tasks that a lane runs at the same time; may be Infinity. */
  slots(lane: string): number
}

/**
 * What is to be expected of a graph: every task takes as long as expected, none fails, none adds another, nothing else uses its lanes, and rates
 * and keys never make it wait.
 */
export function plan(graph: Graph, terms: PlanTerms): Plan {
  const ranks = new Ranks((node) => terms.expectedMs(node))
  const nodes = graph.ordered
  ranks.add(nodes)
  const { makespanMs } = listSchedule(graph.nodes, {
    durationMs: (node) => ranks.expectedMs(node),
    priority: ({ handle }) => handle.options.priority ?? 0,
    rank: (node) => ranks.of(node),
    lane: ({ handle }) => laneOf(handle),
    slots: (lane) => terms.slots(lane),
  })
  return {
    levels: levels(nodes),
    criticalPath: criticalPath(graph.nodes, ranks),
    makespanMs,
    workMs: nodes.reduce((sum, node) => sum + ranks.expectedMs(node), 0),
  }
}

function levels(ordered: readonly GraphNode[]): string[][] {
  const levelOf = new Map<GraphNode, number>()
  const names: string[][] = []
  for (const node of ordered) {
    let level = 0
    for (const need of node.needs) level = Math.max(level, levelOf.get(need.node)! + 1)
    levelOf.set(node, level)
    if (level === names.length) names.push([])
    names[level]!.push(node.name)
  }
  return names
}

/** From the task with the longest way before it, always on to the dependant that has the longest one. */
function criticalPath(nodes: readonly GraphNode[], ranks: Ranks): Plan['criticalPath'] {
  const longest = (some: readonly GraphNode[]): GraphNode | undefined => {
    let first: GraphNode | undefined
    for (const node of some) if (first === undefined || ranks.of(node) > ranks.of(first)) first = node
    return first
  }
  const start = longest(nodes)
  const names: string[] = []
  for (let node = start; node !== undefined; node = longest(node.dependants)) names.push(node.name)
  return { names, ms: start === undefined ? 0 : ranks.of(start) }
}
