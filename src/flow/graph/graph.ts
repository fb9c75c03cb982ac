import type { Need, TaskHandle } from '../../core/graph.ts'
import { duplicateHandle, duplicateName, duplicateNeed, notAHandle, selfNeed, unknownNeed } from './faults.ts'
import { isTaskHandle } from './task.ts'
import { inTopologicalOrder } from './topology.ts'

/** A task in its graph. */
export interface GraphNode {
  /** Its place in `Graph.nodes`: as it was given, then what was pulled in, then what was added later. */
  readonly index: number
  /** Its place in a topological order: larger than those of all it needs. */
  readonly position: number
  readonly name: string
  readonly handle: TaskHandle<unknown>
  readonly needs: readonly NodeNeed[]
  /** Who needs it. Grows when tasks are added later. */
  readonly dependants: readonly GraphNode[]
}

export interface NodeNeed {
  readonly node: GraphNode
  /** The key under which the task finds the value. */
  readonly as: string
  readonly optional: boolean
}

export type GraphEntry = readonly [name: string, handle: TaskHandle<unknown>]

/**
 * Tasks that need each other, checked: every name stands once, every need is there, and no task waits for itself. Only grows. Linear in
 * tasks and needs, in time and in memory, and without recursion: a chain of a million is no deeper than one of two.
 */
export class Graph {
  readonly #nodes: Node[] = []
  readonly #byName = new Map<string, Node>()
  readonly #byHandle = new Map<TaskHandle<unknown>, Node>()
  /** The last number that made a name unique, by name. */
  readonly #suffixes = new Map<string, number>()

  get nodes(): readonly GraphNode[] {
    return this.#nodes
  }

  /** The same in topological order. */
  get ordered(): GraphNode[] {
    const ordered: GraphNode[] = new Array(this.#nodes.length)
    for (const node of this.#nodes) ordered[node.position] = node
    return ordered
  }

  get(name: string): GraphNode | undefined {
    return this.#byName.get(name)
  }

  /**
   * Adds tasks and all they need that is not there yet: that is named after the key it is needed under, with a number where this is taken.
   *
   * @returns what was added, in topological order
   * @throws Failure `GRAPH_CYCLE`, `UNKNOWN_NEED`, `SELF_NEED`, `DUPLICATE_NAME`, `DUPLICATE_NEED`, `DUPLICATE_HANDLE`, `INVALID_INPUT`: then
   *   nothing was added
   */
  add(entries: Iterable<GraphEntry>): readonly GraphNode[] {
    const added: Node[] = []
    const before = this.#nodes.length
    try {
      for (const [name, handle] of entries) this.#admit(name, handle, added)
      // Grows on the way: what was pulled in needs others in its turn. Names are looked up when all of them are there.
      for (const node of added) this.#linkHandles(node, added)
      for (const node of added) this.#linkNames(node)
      const ordered = inTopologicalOrder(added, before)
      // Nothing that was there before needs anything new, so the new ones stand behind all of them.
      for (const [offset, node] of ordered.entries()) node.position = before + offset
      for (const node of added) {
        this.#nodes.push(node)
        for (const need of node.needs) if (need.node.index < before) need.node.dependants.push(node)
      }
      return ordered
    } catch (thrown) {
      for (const { name, handle } of added) {
        this.#byName.delete(name)
        this.#byHandle.delete(handle)
      }
      throw thrown
    }
  }

  #admit(name: string, handle: TaskHandle<unknown>, added: Node[]): Node {
    if (!isTaskHandle(handle)) throw notAHandle(name, handle)
    if (this.#byName.has(name)) throw duplicateName(name)
    const other = this.#byHandle.get(handle)
    if (other !== undefined) throw duplicateHandle(name, other.name)
    const node = new Node(this.#nodes.length + added.length, name, handle)
    this.#byName.set(name, node)
    this.#byHandle.set(handle, node)
    added.push(node)
    return node
  }

  #linkHandles(node: Node, added: Node[]): void {
    for (const need of node.handle.needs) {
      const { as, of } = need
      if (typeof of !== 'string')
        this.#link(node, need, this.#byHandle.get(of) ?? this.#admit(this.#freeName(as), of, added))
    }
  }

  #linkNames(node: Node): void {
    for (const need of node.handle.needs) {
      const { of } = need
      if (typeof of !== 'string') continue
      const needed = this.#byName.get(of)
      if (needed === undefined) throw unknownNeed(node.name, of, this.#byName.keys())
      this.#link(node, need, needed)
    }
  }

  #freeName(wanted: string): string {
    if (!this.#byName.has(wanted)) return wanted
    let suffix = this.#suffixes.get(wanted) ?? 1
    do suffix += 1
    while (this.#byName.has(`${wanted}-${suffix}`))
    this.#suffixes.set(wanted, suffix)
    return `${wanted}-${suffix}`
  }

  #link(node: Node, { as, optional }: Need, needed: Node): void {
    if (needed === node) throw selfNeed(node.name)
    if (needed.neededLast === node) {
      const other = node.needs.find((need) => need.node === needed)!
      throw duplicateNeed(node.name, needed.name, [other.as, as])
    }
    needed.neededLast = node
    node.needs.push({ node: needed, as, optional })
    // What was there before is told only when nothing can be refused any more.
    if (needed.index >= this.#nodes.length) needed.dependants.push(node)
  }
}

class Node implements GraphNode {
  readonly index: number
  readonly name: string
  readonly handle: TaskHandle<unknown>
  readonly needs: (NodeNeed & { readonly node: Node })[] = []
  readonly dependants: Node[] = []
  position = -1
  /** Who named it as a need last, while needs are read: whoever does it again names it twice. */
  neededLast: Node | undefined = undefined

  constructor(index: number, name: string, handle: TaskHandle<unknown>) {
    this.index = index
    this.name = name
    this.handle = handle
  }
}
