import { Failure } from '../../../core/failure.ts'
import { jsonOf } from '../item/content-key.ts'
import { Entry } from '../item/entry.ts'
import { comparePaths, pathOf } from '../item/numbers.ts'
import type { Level } from '../item/shape.ts'
import type { Past } from '../recall/past.ts'
import { noFigures } from '../recall/walk.ts'
import type { WorkParts } from './step-work.ts'

export interface CollectingParts extends WorkParts {
  readonly past: Past | undefined
  readonly isRetry: boolean
}

/** A `collect` step: what comes up to it has its end there, and one item goes on that has them all. */
export class Collecting {
  readonly #at: number
  /** Of what comes out. */
  readonly #level: Level
  readonly #parts: CollectingParts
  /** Undefined once all is gathered. */
  readonly whole: Entry

  constructor(at: number, level: Level, parts: CollectingParts) {
    this.#at = at
    this.#level = level
    this.#parts = parts
    this.whole = new Entry(level, 0, { offset: 0, line: 0, input: null })
    this.whole.members = []
  }

  readonly gather = (whole: Entry, member: Entry): Entry => {
    const { book, settling } = this.#parts
    book.took(member, this.#at)
    settling.settle(member, undefined, this.#at)
    whole.members!.push(member)
    return whole
  }

  /** All is gathered that will be. */
  release(whole: Entry): void {
    const { book, past, recorder, isRetry } = this.#parts
    const members = whole.members!.sort((one, other) => {
      return comparePaths(pathOf(one.number, one.level.depth), pathOf(other.number, other.level.depth))
    })
    whole.members = undefined
    whole.items = members.map(({ view }) => view)
    whole.place = { offset: 0, line: 0, input: { items: members.length } }
    whole.rows = past?.barrierRows(this.#level)
    if (!isRetry) whole.settledAs = past?.settledBehind(this.#level, whole.number)
    if (members.length === 0) whole.ending = { status: 'skipped', failure: nothingCame }
    if (this.#level.from > this.#level.to) {
      whole.last = members.map(({ last }) => last)
      recorder.done({ item: whole.number, step: this.#at, key: '' }, jsonOf(whole.last), noFigures)
    } else whole.last = undefined
    if (whole.settledAs === undefined) book.came(whole)
  }
}

const nothingCame = new Failure('FILTERED', 'no item came up to the collect: there is nothing to go on with')
