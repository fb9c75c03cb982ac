import { Heap, type HeapItem } from '../../schedule/heap.ts'
import type { GraphNode } from './graph.ts'

/**
 * The longest expected way from the start of each task to the end of all that hangs on it, in milliseconds: the critical path through what
 * remains. What has the longest way before it goes first (the upward rank of H. Topcuoglu, S. Hariri, M. Wu, "Performance-Effective and
 * Low-Complexity Task Scheduling for Heterogeneous Computing", 2002, without communication).
 */
export class Ranks {
  readonly #expectation: (node: GraphNode) => number
  readonly #expectedMs: number[] = []
  readonly #ranks: number[] = []

  /** @param expectedMs asked once for each task, when it is added */
  constructor(expectedMs: (node: GraphNode) => number) {
    this.#expectation = expectedMs
  }

  of(node: GraphNode): number {
    return this.#ranks[node.index]!
  }

  expectedMs(node: GraphNode): number {
    return this.#expectedMs[node.index]!
  }

  /**
   * Ranks what `Graph.add` returned, and raises what it hangs on: linear in the new tasks, and in the needs of those whose rank rises.
   *
   * @param waits whether a task has not begun: of any other one neither its rank nor those before it matter any more
   * @returns the tasks that were there before and whose rank has risen
   */
  add(added: readonly GraphNode[], waits: (node: GraphNode) => boolean = everyone): readonly GraphNode[] {
    const isFirst = this.#ranks.length === 0
    for (const node of added) this.#expectedMs[node.index] = this.#expectation(node)
    for (let place = added.length - 1; place >= 0; place -= 1) {
      const node = added[place]!
      let longest = 0
      for (const dependant of node.dependants) longest = Math.max(longest, this.of(dependant))
      this.#ranks[node.index] = longest + this.expectedMs(node)
    }
    return isFirst ? [] : this.#raise(added, waits)
  }

  #raise(added: readonly GraphNode[], waits: (node: GraphNode) => boolean): GraphNode[] {
    const news = new Set(added)
    const risen = new Set<GraphNode>()
    // Backwards through the topological order: when a task is reached, all that hangs on it has its last rank.
    const rising = new Heap<Rising>((one, other) => one.node.position > other.node.position)
    const raiseNeeds = (node: GraphNode): void => {
      for (const { node: need } of node.needs) {
        if (news.has(need) || !waits(need)) continue
        const rank = this.expectedMs(need) + this.of(node)
        if (rank <= this.of(need)) continue
        this.#ranks[need.index] = rank
        if (!risen.has(need)) rising.push({ node: need, heapPlace: -1, heapTurn: 0 })
        risen.add(need)
      }
    }
    for (const node of added) raiseNeeds(node)
    for (let next = rising.pop(); next !== undefined; next = rising.pop()) raiseNeeds(next.node)
    return [...risen]
  }
}

interface Rising extends HeapItem {
  readonly node: GraphNode
}

function everyone(): boolean {
  return true
}
