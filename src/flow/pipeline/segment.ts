import { Fifo } from '../../schedule/fifo.ts'
import type { Lane } from '../../schedule/lane.ts'
import type { Line } from '../line/line.ts'
import type { Gateway } from './gateway.ts'
import type { Item, Place } from './item.ts'
import type { Operator } from './operators.ts'

/** Tasks that wait for their key and hold nobody else up: as many as a map reads ahead of them. */
const maxParked = 1024

/** How many items may be in a segment. */
export interface Windows {
  readonly all: number
  /** Of these, besides those that wait for batches to be answered. Undefined: any. */
  readonly besideBatches: number | undefined
}

/** Whether it takes in many more than it has under way: its items wait elsewhere, for hours. */
export function isInBatches({ limits }: Lane): boolean {
  return limits.mode === 'batch'
}

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
  readonly #windows: Windows
  /** Their lanes ask for what they can take. */
  readonly #pulling: readonly Line<unknown, unknown>[]
  readonly #inBatches: readonly Line<unknown, unknown>[]
  readonly #keyed: readonly Line<unknown, unknown>[]

  constructor(operators: readonly Operator[], gateway: Gateway | undefined, windows: Windows, isOrdered: boolean) {
    this.operators = operators
    this.gateway = gateway
    this.order = isOrdered ? new Fifo() : undefined
    this.#windows = windows
    const lines = operators.flatMap((one) => (one.kind === 'step' ? [one.line] : []))
    this.#inBatches = lines.filter(({ lane }) => isInBatches(lane))
    this.#pulling = [...new Set([...lines.slice(0, 1), ...this.#inBatches])]
    this.#keyed = operators.flatMap((one) => (one.kind === 'step' && one.terms.laneKey ? [one.line] : []))
  }

  /** @param held outcomes that nobody has taken yet */
  hasRoom(held: number): boolean {
    // What its lane does not take need not be there yet.
    if (this.#pulling.some(({ ready, parked }) => ready > parked)) return false
    const items = this.count + held
    const { all, besideBatches } = this.#windows
    if (besideBatches !== undefined) {
      const inBatches = this.#inBatches.reduce((sum, { active }) => sum + active, 0)
      if (items - inBatches >= besideBatches) return false
    }
    if (items < all) return true
    let parked = 0
    for (const line of this.#keyed) parked += line.parked
    return parked > 0 && items - Math.min(parked, maxParked) < all
  }
}
