import { Failure } from '../../core/failure.ts'
import { Gateway } from './gateway.ts'
import { Item, type Origin } from './item.ts'
import type { Ledger } from './ledger.ts'
import type { Fold } from './parts.ts'

/** Makes one item of all, as they come. It is there from the beginning, and goes on when nothing comes any more. */
export class Folding extends Gateway {
  readonly #whole: Item
  readonly #fold: Fold
  #isOut = false

  constructor(origin: Origin, ledger: Ledger, fold: Fold, initial: unknown) {
    super(origin.name, ledger)
    this.#whole = new Item(origin, 0, initial)
    this.#fold = fold
    ledger.made(this.#whole)
  }

  get isExhausted(): boolean {
    return this.#isOut
  }

  next(): Item | undefined {
    for (let item = this.take(); item !== undefined; item = this.take()) {
      if (item.outcome !== undefined || !this.#took(item)) return item
    }
    return this.isFinished && !this.#isOut ? this.#release() : undefined
  }

  /** False: it could not be folded, and is an end of its own. */
  #took(member: Item): boolean {
    const whole = this.#whole
    try {
      whole.value = this.#folded(member)
      whole.follow(member)
      this.ledger.takeOver(member)
      return true
    } catch (thrown) {
      this.ledger.end(member, { status: 'failed', failure: Failure.from(thrown) })
      return false
    }
  }

  #folded(member: Item): unknown {
    const folded = this.#fold(this.#whole.value, member.value)
    if (typeof folded !== 'object' || folded === null || !('then' in folded)) return folded
    const { name } = this.#whole
    throw new Failure('INVALID_INPUT', `${name}: expected a value, got a promise: make it in a step before`)
  }

  #release(): Item {
    this.#isOut = true
    this.#whole.input = this.#whole.value
    return this.#whole
  }
}
