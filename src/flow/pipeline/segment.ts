import { Fifo } from '../../schedule/fifo.ts'
import type { Line } from '../line/line.ts'
import type { Gateway } from './gateway.ts'
import type { Item, Place } from './item.ts'
import type { Operator } from './operators.ts'

/** Tasks that wait for their key and hold nobody else up: as many as a map reads ahead of them. */
const maxParked = 1024

/**
 * The operators between two that make items. Not each step has a bounded buffer before it, but all of a segment have one allowance of
 * items together (ConWIP: M. Spearman, D. Woodruff, W. Hopp, "CONWIP: a pull alternative to kanban", 1990): whichever step is the slowest
 * finds them waiting, and none is ever blocked by the one behind it.
 */
export class Segment implements Place {
  readonly operators: readonly Operator[]
  /** What stands at its end; undefined: the way out. */
  readonly gateway: Gateway | undefined
  count = 0
  readonly order: Fifo<Item> | undefined
  readonly #window: number
  readonly #first: Line<unknown, unknown> | undefined
  readonly #keyed: readonly Line<unknown, unknown>[]

  constructor(operators: readonly Operator[], gateway: Gateway | undefined, window: number, isOrdered: boolean) {
    this.operators = operators
    this.gateway = gateway
    this.order = isOrdered ? new Fifo() : undefined
    this.#window = window
    this.#first = operators.find((one) => one.kind === 'step')?.line
    this.#keyed = operators.flatMap((one) => (one.kind === 'step' && one.terms.laneKey ? [one.line] : []))
  }

  /** @param held outcomes that nobody has taken yet */
  hasRoom(held: number): boolean {
    // What its lane does not take need not be there yet.
    if (this.#first !== undefined && this.#first.ready > this.#first.parked) return false
    const items = this.count + held
    if (items < this.#window) return true
    let parked = 0
    for (const line of this.#keyed) parked += line.parked
    return parked > 0 && items - Math.min(parked, maxParked) < this.#window
  }
}
