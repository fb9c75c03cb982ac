import type { OwnedTask } from '../../execute/terms.ts'
import type { Order } from '../../schedule/backlog.ts'
import { Heap, type HeapItem } from '../../schedule/heap.ts'

/** What waits in a ranked order: a task that stands ready. */
export interface Ranked extends HeapItem {
  readonly task: OwnedTask | undefined
  readonly rank: number
}

/** Tasks of a graph that stand ready on one line: the longest remaining path first. */
export class RankedOrder implements Order<OwnedTask> {
  readonly #heap = new Heap<Ranked>((one, other) => one.rank > other.rank)
  readonly #rankedOf: (task: OwnedTask) => Ranked

  constructor(rankedOf: (task: OwnedTask) => Ranked) {
    this.#rankedOf = rankedOf
  }

  get size(): number {
    return this.#heap.size
  }

  push(task: OwnedTask): void {
    this.#heap.push(this.#rankedOf(task))
  }

  shift(): OwnedTask | undefined {
    return this.#heap.pop()?.task
  }

  /** Its rank is another one now. */
  moved(ranked: Ranked): void {
    if (ranked.heapPlace >= 0) this.#heap.moved(ranked)
  }
}
