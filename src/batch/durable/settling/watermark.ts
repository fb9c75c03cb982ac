import type { ItemNumber, Marks } from '../../../journal/journal.ts'
import type { Entry } from '../item/entry.ts'

type Place = Marks['watermark']

/** Knows the first item of the source that is open: read, and not settled in the output. */
export class Watermark {
  /** In the order in which they were read. */
  readonly #open = new Map<ItemNumber, Place>()
  /** Where to begin when nothing is open: at what was read last, which is then known to be settled. */
  #newest: Place

  #next: ItemNumber

  /** @param next the item behind the last one that was settled when none was open */
  constructor(from: Place, next: ItemNumber) {
    this.#newest = from
    this.#next = next
  }

  /** Items of the source that are open. */
  get size(): number {
    return this.#open.size
  }

  read(item: ItemNumber, offset: number, line: number): void {
    this.#next = Math.max(this.#next, item + 1)
    if (item >= this.#newest.item) this.#newest = { item, offset, line }
  }

  open({ number, place: { offset, line } }: Entry): void {
    this.#open.set(number, { item: number, offset, line })
  }

  close(item: ItemNumber): void {
    this.#open.delete(item)
  }

  /** All before this one are settled and in the output, and no other is where the output has the order of the source. */
  get writtenTo(): ItemNumber {
    for (const first of this.#open.keys()) return first
    return this.#next
  }

  get place(): Place {
    for (const first of this.#open.values()) return first
    return this.#newest
  }
}
