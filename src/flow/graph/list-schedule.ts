import { Heap, type HeapItem } from '../../schedule/heap.ts'
import type { GraphNode } from './graph.ts'

/** How tasks are chosen and how long they take. */
export interface ScheduleTerms {
  /** How long it takes, in milliseconds. */
  durationMs(node: GraphNode): number
  /** Of tasks that may start, the one with the highest priority does, */
  priority(node: GraphNode): number
  /** then the one with the highest rank, then the one that was ready first. */
  rank(node: GraphNode): number
  lane(node: GraphNode): string
  /** How many tasks of a lane run at the same time; may be Infinity. */
  slots(lane: string): number
}

export interface Schedule {
  readonly makespanMs: number
  /** When each task starts, by its index, in milliseconds from the first one. */
  readonly startMs: Float64Array
}

/**
 * Plays through what the scheduler does with a graph, on a clock of its own: list scheduling (R. L. Graham, "Bounds on Multiprocessing Timing
 * Anomalies", 1969) with a queue for each lane. What ends at the same moment ends before anything starts.
 */
export function listSchedule(nodes: readonly GraphNode[], terms: ScheduleTerms): Schedule {
  const startMs = new Float64Array(nodes.length)
  const unmet = Int32Array.from(nodes, ({ needs }) => needs.length)
  const running = new Heap<Turn>((one, other) => one.endsAt < other.endsAt)
  const lanes = new Lanes(terms)
  for (const node of nodes) if (node.needs.length === 0) lanes.ready(node)
  let now = 0
  for (;;) {
    for (let turn = lanes.next(); turn !== undefined; turn = lanes.next()) {
      startMs[turn.node.index] = now
      turn.endsAt = now + terms.durationMs(turn.node)
      running.push(turn)
    }
    if (running.first === undefined) return { makespanMs: now, startMs }
    now = running.first.endsAt
    while (running.first?.endsAt === now) {
      const ended = running.pop()!
      lanes.ended(ended)
      for (const dependant of ended.node.dependants) {
        unmet[dependant.index]! -= 1
        if (unmet[dependant.index] === 0) lanes.ready(dependant)
      }
    }
  }
}

/** A task that waits for a slot, then one that runs. */
interface Turn extends HeapItem {
  readonly node: GraphNode
  readonly lane: SlotQueue
  readonly priority: number
  readonly rank: number
  endsAt: number
}

interface SlotQueue {
  free: number
  readonly waiting: Heap<Turn>
}

class Lanes {
  readonly #terms: ScheduleTerms
  readonly #lanes = new Map<string, SlotQueue>()
  /** Lanes where something may start. */
  readonly #open = new Set<SlotQueue>()

  constructor(terms: ScheduleTerms) {
    this.#terms = terms
  }

  ready(node: GraphNode): void {
    const lane = this.#lane(this.#terms.lane(node))
    const [priority, rank] = [this.#terms.priority(node), this.#terms.rank(node)]
    lane.waiting.push({ node, lane, priority, rank, endsAt: 0, heapPlace: -1, heapTurn: 0 })
    this.#open.add(lane)
  }

  ended({ lane }: Turn): void {
    lane.free += 1
    this.#open.add(lane)
  }

  next(): Turn | undefined {
    for (const lane of this.#open) {
      if (lane.free > 0 && lane.waiting.size > 0) {
        lane.free -= 1
        return lane.waiting.pop()
      }
      this.#open.delete(lane)
    }
    return undefined
  }

  #lane(name: string): SlotQueue {
    let lane = this.#lanes.get(name)
    if (lane === undefined) {
      lane = { free: this.#terms.slots(name), waiting: new Heap(goesFirst) }
      this.#lanes.set(name, lane)
    }
    return lane
  }
}

function goesFirst(one: Turn, other: Turn): boolean {
  return one.priority === other.priority ? one.rank > other.rank : one.priority > other.priority
}
