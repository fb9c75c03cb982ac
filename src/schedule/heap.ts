/** What stands in a heap. Both belong to the heap; begin with -1 and 0. */
export interface HeapItem {
  /** Its place in the heap, -1 outside of it. */
  heapPlace: number
  /** When it came, to keep the order among equals. */
  heapTurn: number
}

/**
 * A binary heap (J. W. J. Williams, "Algorithm 232: Heapsort", 1964): what goes first by `before` comes out first, equals in the order in which
 * they came. An item knows its place, so that taking it out, or moving it when its worth has changed, needs no search, and waiting
 * costs no record beside the item. An item can be in one heap at a time.
 */
export class Heap<T extends HeapItem> {
  readonly #before: (one: T, other: T) => boolean
  readonly #items: T[] = []
  #turns = 0

  /** @param before whether one goes strictly before the other */
  constructor(before: (one: T, other: T) => boolean) {
    this.#before = before
  }

  get size(): number {
    return this.#items.length
  }

  /** The one that comes out next. */
  get first(): T | undefined {
    return this.#items[0]
  }

  push(item: T): void {
    item.heapTurn = this.#turns++
    this.#up(item, this.#items.push(item) - 1)
  }

  pop(): T | undefined {
    const first = this.#items[0]
    if (first !== undefined) this.remove(first)
    return first
  }

  /** Takes out an item that is in the heap. */
  remove(item: T): void {
    const place = item.heapPlace
    const last = this.#items.pop()!
    item.heapPlace = -1
    if (last === item) return
    this.#up(last, place)
    this.#down(last, last.heapPlace)
  }

  /** Says that an item in the heap is worth more or less than before. Its turn among equals stays. */
  moved(item: T): void {
    this.#up(item, item.heapPlace)
    this.#down(item, item.heapPlace)
  }

  #up(item: T, from: number): void {
    let place = from
    while (place > 0) {
      const above = this.#items[(place - 1) >> 1]!
      if (!this.#goesBefore(item, above)) break
      this.#put(above, place)
      place = (place - 1) >> 1
    }
    this.#put(item, place)
  }

  #down(item: T, from: number): void {
    const items = this.#items
    let place = from
    for (let below = 2 * place + 1; below < items.length; below = 2 * place + 1) {
      if (below + 1 < items.length && this.#goesBefore(items[below + 1]!, items[below]!)) below += 1
      if (!this.#goesBefore(items[below]!, item)) break
      this.#put(items[below]!, place)
      place = below
    }
    this.#put(item, place)
  }

  #put(item: T, place: number): void {
    this.#items[place] = item
    item.heapPlace = place
  }

  #goesBefore(one: T, other: T): boolean {
    if (this.#before(one, other)) return true
    return one.heapTurn < other.heapTurn && !this.#before(other, one)
  }
}
