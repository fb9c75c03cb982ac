import { Fifo } from '../../schedule/fifo.ts'
import type { End } from '../run/course.ts'
import type { Item } from './item.ts'
import type { Ledger } from './ledger.ts'

/** Where the items of a segment come from. */
export interface Upstream {
  /**
   * The next one, or undefined when there is none now. It may have ended already: then only its outcome goes on. May run functions of the
   * caller's, and through them anything, `close` included.
   */
  next(): Item | undefined
  /** None will come any more. */
  readonly isExhausted: boolean
}

/** Makes items of items, between two segments. Those of the first wait at its door until there is room in the second. */
export abstract class Gateway implements Upstream {
  readonly name: string
  /** Nothing comes to its door any more, and nothing stands there. */
  isFinished = false
  protected readonly ledger: Ledger
  protected readonly door: Fifo<Item> = new Fifo()
  /** Nothing more is made: what would have been a part of it ends so. */
  protected ending: End | undefined

  constructor(name: string, ledger: Ledger) {
    this.name = name
    this.ledger = ledger
  }

  abstract next(): Item | undefined

  abstract readonly isExhausted: boolean

  push(item: Item): void {
    this.door.push(item)
  }

  close(end: End): void {
    this.ending = end
  }

  /** The next one at the door, at its end if nothing can be made of it any more. */
  protected take(): Item | undefined {
    const item = this.door.shift()
    if (item !== undefined && item.outcome === undefined && this.ending !== undefined) {
      this.ledger.end(item, this.ending)
    }
    return item
  }
}
