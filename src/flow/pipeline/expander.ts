import { Failure } from '../../core/failure.ts'
import { Gateway } from './gateway.ts'
import { Item, type Origin } from './item.ts'

/** Makes an item of each thing in an item's value, one at a time: children. Their parent is done when there are no more. */
export class Expander extends Gateway {
  #children: { readonly iterator: Iterator<unknown>; readonly origin: Origin; made: number } | undefined

  get isExhausted(): boolean {
    return this.isFinished
  }

  next(): Item | undefined {
    for (let parent = this.door.first; parent !== undefined; parent = this.door.first) {
      const child = parent.outcome === undefined ? this.#child(parent) : undefined
      if (child !== undefined) return child
      this.door.shift()
      this.#children = undefined
      // It has failed, or was ended from outside; else it has given all its children.
      if (parent.outcome !== undefined) return parent
      this.ledger.takeOver(parent)
    }
    return undefined
  }

  #child(parent: Item): Item | undefined {
    try {
      if (this.ending === undefined) {
        this.#children ??= { iterator: iteratorOf(parent.value, this.name), origin: this.#origin(parent), made: 0 }
        const { done, value } = this.#children.iterator.next()
        // Its own code may have closed this very gateway.
        if (this.ending === undefined) return done ? undefined : this.#made(value)
      }
      this.ledger.end(parent, this.ending)
      this.#children?.iterator.return?.()
    } catch (thrown) {
      // However badly it takes being given up, that is no failure.
      if (parent.outcome === undefined) this.ledger.end(parent, { status: 'failed', failure: Failure.from(thrown) })
    }
    return undefined
  }

  #made(value: unknown): Item {
    const children = this.#children!
    const child = new Item(children.origin, children.made, value)
    children.made += 1
    this.ledger.made(child)
    return child
  }

  #origin(parent: Item): Origin {
    return { prefix: `${parent.id}.`, index: parent.index, name: this.name, parent, isDerived: true }
  }
}

function iteratorOf(value: unknown, name: string): Iterator<unknown> {
  if (typeof value === 'object' && value !== null && Symbol.iterator in value) {
    return (value as Iterable<unknown>)[Symbol.iterator]()
  }
  const got = value === null ? 'null' : typeof value
  throw new Failure('INVALID_INPUT', `${name}: expected an array or another iterable to make items of, got ${got}`)
}
