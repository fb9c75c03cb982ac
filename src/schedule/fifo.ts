/**
 * First in, first out, in amortised constant time and, while it stays small, without allocation. `Array.shift` is linear beyond a few
 * thousand entries.
 *
 *     [ gone gone | head … | tail … free ]      taken from `head`; the gone part is cut off once it is half of what is used
 */
export class Fifo<T> {
  #items: (T | undefined)[] = []
  #head = 0
  #tail = 0

  get size(): number {
    return this.#tail - this.#head
  }

  get first(): T | undefined {
    return this.#head === this.#tail ? undefined : this.#items[this.#head]
  }

  push(item: T): void {
    this.#items[this.#tail++] = item
  }

  shift(): T | undefined {
    if (this.#head === this.#tail) return undefined
    const item = this.#items[this.#head]
    this.#items[this.#head++] = undefined
    if (this.#head === this.#tail) this.#rewind()
    else if (this.#head > 64 && this.#head * 2 > this.#tail) {
      this.#items = this.#items.slice(this.#head, this.#tail)
      this.#tail -= this.#head
      this.#head = 0
    }
    return item
  }

  /** Empty: begins anew in the same place, unless that has grown large. */
  #rewind(): void {
    this.#head = 0
    this.#tail = 0
    if (this.#items.length > 1024) this.#items = []
  }
}
