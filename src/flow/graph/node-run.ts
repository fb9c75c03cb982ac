import type { Outcome } from '../../core/outcome.ts'
import type { PathLink } from '../../core/statistics.ts'
import type { OwnedTask, Terms } from '../../execute/terms.ts'
import type { Expectation } from '../../schedule/expectations.ts'
import type { Line } from '../line/line.ts'
import type { GraphNode } from './graph.ts'
import type { Ranked, RankedOrder } from './ranked-order.ts'

/** Where the tasks of a graph wait that share a lane and a priority. */
export interface GraphLine {
  readonly line: Line<unknown, unknown>
  readonly order: RankedOrder
}

/** One task of a graph, in one run. */
export class NodeRun implements Ranked {
  heapPlace = -1
  heapTurn = 0
  rank = 0
  /** From when its last need is met. */
  task: OwnedTask | undefined
  outcome: Outcome<unknown> | undefined
  /** Needs that have not ended. */
  unmet: number
  /** Who kept it from beginning earlier: the need that ended last, or the task that spawned it. */
  after: NodeRun | undefined
  spawner: NodeRun | undefined
  /** The longest chain of needs that ends with it, in milliseconds. */
  pathMs = 0
  /** Tasks that it awaits: they cannot wait for it. */
  awaits: Set<NodeRun> | undefined
  #settling: PromiseWithResolvers<Outcome<unknown>> | undefined
  readonly node: GraphNode
  readonly place: GraphLine
  readonly terms: Terms<unknown, unknown>
  readonly expectation: Expectation

  constructor(node: GraphNode, place: GraphLine, terms: Terms<unknown, unknown>, expectation: Expectation) {
    this.node = node
    this.place = place
    this.terms = terms
    this.expectation = expectation
    this.unmet = node.needs.length
  }

  /** Its outcome, for those who wait for it. */
  settling(): Promise<Outcome<unknown>> {
    if (this.outcome !== undefined) return Promise.resolve(this.outcome)
    this.#settling ??= Promise.withResolvers()
    return this.#settling.promise
  }

  /** Tells those who wait for it. */
  tell(): void {
    this.#settling?.resolve(this.outcome!)
  }
}

/** The chain that made this task end when it did, first to last. */
export function pathTo(last: NodeRun | undefined): PathLink[] {
  const path: PathLink[] = []
  for (let run = last; run !== undefined; run = run.after) {
    const { queuedMs = 0, runMs = 0 } = run.outcome ?? {}
    path.push({ name: run.node.name, queuedMs, runMs })
  }
  return path.reverse()
}

/**
 * A way from one task to another along what each waits for, or undefined. Without recursion: chains may be long.
 *
 * @param runOf the run of a node
 */
export function wayTo(from: NodeRun, to: NodeRun, runOf: (node: GraphNode) => NodeRun): string[] | undefined {
  const cameFrom = new Map<NodeRun, NodeRun | undefined>([[from, undefined]])
  const next = [from]
  for (let run = next.pop(); run !== undefined; run = next.pop()) {
    if (run === to) {
      const way: string[] = []
      for (let step: NodeRun | undefined = run; step !== undefined; step = cameFrom.get(step)) way.push(step.node.name)
      return way.reverse()
    }
    const others = [...run.node.needs.map((need) => runOf(need.node)), ...(run.awaits ?? [])]
    for (const other of others) {
      if (other.outcome !== undefined || cameFrom.has(other)) continue
      cameFrom.set(other, run)
      next.push(other)
    }
  }
  return undefined
}
