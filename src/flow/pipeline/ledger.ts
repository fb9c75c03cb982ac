import type { noTally } from '../../core/tally.ts'
import { ItemTally } from '../run/tally.ts'
import type { Ending } from './ending.ts'
import type { Item, Link } from './item.ts'

/** How many items there are, how they ended, and which chains of steps made the pipeline as long as it was. */
export class Ledger {
  readonly source: ItemTally = new ItemTally()
  readonly derived: ItemTally = new ItemTally()
  /** Derived items that were made. */
  derivedKnown = 0
  /** Items that were made and whose outcomes nobody has yet. */
  present = 0
  /** Of the item that ended last. */
  last: Link | undefined
  /** The longest one. */
  pathMs = 0

  made(item: Item): void {
    this.present += 1
    if (item.isDerived) this.derivedKnown += 1
  }

  /** It ends here, and its outcome is on its way out. */
  end(item: Item, ending: Ending): void {
    this.#count(item, item.end(ending).status)
  }

  /** It has come through. */
  finish(item: Item): void {
    this.#count(item, item.finish().status)
  }

  /** Its value is part of another item's now: it is done and does not come out. */
  takeOver(item: Item): void {
    this.#count(item, 'done')
    item.segment!.count -= 1
    this.present -= 1
  }

  #count(item: Item, status: Exclude<keyof typeof noTally, 'in'>): void {
    const tally = item.isDerived ? this.derived : this.source
    tally[status] += 1
    this.last = item.last ?? this.last
    if (item.pathMs > this.pathMs) this.pathMs = item.pathMs
  }
}
