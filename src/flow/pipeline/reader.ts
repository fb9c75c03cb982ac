import type { Failure } from '../../core/failure.ts'
import type { Cursor } from '../items/cursor.ts'
import type { Upstream } from './gateway.ts'
import { Item, type Origin } from './item.ts'
import type { Ledger } from './ledger.ts'

/** Makes an item of each thing that is read from the source. */
export class Reader implements Upstream {
  readonly #cursor: Cursor<unknown>
  readonly #origin: Origin
  readonly #ledger: Ledger
  readonly #broke: (failure: Failure) => void
  #read = 0
  #isClosed = false
  #hasEnded = false

  constructor(cursor: Cursor<unknown>, origin: Origin, ledger: Ledger, broke: (failure: Failure) => void) {
    this.#cursor = cursor
    this.#origin = origin
    this.#ledger = ledger
    this.#broke = broke
  }

  get isExhausted(): boolean {
    return this.#hasEnded || this.#isClosed
  }

  /** Items that are part of the run as far as one can know now. */
  get known(): number {
    return Math.max(this.#cursor.total ?? 0, this.#read)
  }

  /** How many there are in all, once that is known. */
  get total(): number | undefined {
    return this.isExhausted ? this.known : this.#cursor.total
  }

  next(): Item | undefined {
    if (this.isExhausted) return undefined
    try {
      const step = this.#cursor.advance()
      if (step === 'item') return this.#make()
      if (step === 'end') this.#hasEnded = true
    } catch (thrown) {
      this.#hasEnded = true
      this.#broke(thrown as Failure)
    }
    return undefined
  }

  /** Reads no more. Gives what is known to be in the source all the same. */
  *close(): Generator<Item, void> {
    if (this.#isClosed) return
    this.#isClosed = true
    if (this.#cursor.total !== undefined && !this.#hasEnded) {
      while (this.#cursor.advance() === 'item') yield this.#make()
    }
    this.#cursor.close()
  }

  #make(): Item {
    const item = new Item(this.#origin, this.#read, this.#cursor.current)
    this.#read += 1
    this.#ledger.made(item)
    return item
  }
}
