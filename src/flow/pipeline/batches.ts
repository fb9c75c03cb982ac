import { Gateway } from './gateway.ts'
import { Item, type Origin } from './item.ts'
import type { Ledger } from './ledger.ts'

/** Makes an item of so many, the last time of what there is. It is there from its first member on. */
export class Batches extends Gateway {
  readonly #origin: Origin
  readonly #size: number
  #batch: Item | undefined
  #values: unknown[] = []
  #made = 0

  constructor(origin: Origin, ledger: Ledger, size: number) {
    super(origin.name, ledger)
    this.#origin = origin
    this.#size = size
  }

  get isExhausted(): boolean {
    return this.isFinished && this.#batch === undefined
  }

  next(): Item | undefined {
    for (let item = this.take(); item !== undefined; item = this.take()) {
      if (item.outcome !== undefined) return item
      const batch = this.#join(item)
      if (this.#values.length === this.#size) return this.#release(batch)
    }
    return this.isFinished && this.#batch !== undefined ? this.#release(this.#batch) : undefined
  }

  #join(member: Item): Item {
    this.#batch ??= this.#begin()
    this.#values.push(member.value)
    this.#batch.follow(member)
    this.ledger.takeOver(member)
    return this.#batch
  }

  #begin(): Item {
    const batch = new Item(this.#origin, this.#made, this.#values)
    this.#made += 1
    this.ledger.made(batch)
    return batch
  }

  #release(batch: Item): Item {
    this.#batch = undefined
    this.#values = []
    return batch
  }
}
