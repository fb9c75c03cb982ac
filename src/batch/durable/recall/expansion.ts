import type { Settled } from '../../../journal/journal.ts'
import type { Book } from '../figures/book.ts'
import { childrenOf } from '../item/advance.ts'
import type { Entry } from '../item/entry.ts'
import { rootOf } from '../item/numbers.ts'
import { isBarrier, type Level, type Shape } from '../item/shape.ts'
import type { Replay } from '../output/replay.ts'
import type { Settling } from '../settling/settling.ts'
import type { Past } from './past.ts'
import type { Walk } from './walk.ts'

export interface ExpansionParts {
  readonly shape: Shape
  readonly book: Book
  readonly settling: Settling
  readonly walk: Walk
  /** Undefined: the run is new. */
  readonly past: Past | undefined
  /** What failed is done again: that something was made of an item does not say that it is done with. */
  readonly isRetry: boolean
  /** Where the output has the order of the source: it has all items before this one, and what else was settled has yet to get there. */
  readonly ordered: { readonly replay: Replay; readonly writtenTo: number } | undefined
}

/** `settled`: in an earlier life. `unwritten`: so, and it has yet to get into the output, in its place. */
type Standing = 'open' | 'settled' | 'unwritten'

/** Takes items as far as the journal knows, those included that are made of them on the way. */
export class Expansion {
  readonly #parts: ExpansionParts
  #unwritten: { readonly entry: Entry; readonly row: Settled }[] = []
  #writing: Promise<void> = Promise.resolve()

  constructor(parts: ExpansionParts) {
    this.#parts = parts
  }

  /** Its end in an earlier life. Asked in the order of the numbers. */
  async end(entry: Entry): Promise<Settled | undefined> {
    return await this.#parts.past?.settled(entry.level, entry.number)
  }

  /** An item that a barrier needs although it is settled has `settledAs` afterwards. */
  judge(entry: Entry, row: Settled | undefined): Standing {
    const { shape, ordered, isRetry } = this.#parts
    if (row === undefined) return 'open'
    const isUnwritten =
      ordered !== undefined && !entry.level.isBehindCollect && rootOf(row.item, entry.level.depth) >= ordered.writtenTo
    // What was made of it has yet to be written, or to be looked at: it is gone through once more.
    if (isExpanded(entry.level, row) && (isRetry || isUnwritten)) {
      if (isRetry) this.#parts.book.reopened(entry.level, row)
      return 'open'
    }
    if (isNeeded(shape, entry.level, row, entry.level.from)) entry.settledAs = row
    if (!isUnwritten) return 'settled'
    this.#unwritten.push({ entry, row })
    return 'unwritten'
  }

  /** Takes items of one level as far as they go. Those of several batches may go at the same time. */
  async walk(level: Level, entries: readonly Entry[]): Promise<void> {
    await this.#walk(level, entries, this.#parts.past)
  }

  /** Makes items of those that were walked, batch by batch. Gives those that have something left to do. */
  async grown(entries: readonly Entry[]): Promise<Entry[]> {
    for (const entry of entries) {
      if (entry.settledAs === undefined) this.#parts.book.came(entry)
      if (entry.made?.length) await this.#expand(entry)
    }
    await this.#writeAgain()
    return entries.filter((entry) => !entry.isSettled || (entry.children?.length ?? 0) > 0)
  }

  /** Makes items of what a step has just given. */
  made(parent: Entry): void {
    const { shape, past, isRetry } = this.#parts
    const children = childrenOf(shape, parent)
    // What lies before a barrier is made here only when it was not there before: nothing of it can be settled. And in a retry another thing
    // than before may stand in the same place behind one.
    const held = shape.levels[parent.level.index + 1]!.isBehindBarrier && !isRetry ? past : undefined
    const standings = children.map((child) => this.judge(child, held?.settledBehind(child.level, child.number)))
    for (const [at, child] of children.entries()) if (standings[at] === 'open') this.#parts.book.came(child)
    this.#adopt(parent, children, standings)
    if (this.#unwritten.length > 0) this.#writing = this.#writing.then(() => this.#writeAgain())
  }

  /** Resolves when all that was found unwritten is on its way. */
  async idle(): Promise<void> {
    await this.#writing
  }

  async #walk(level: Level, entries: readonly Entry[], past: Past | undefined): Promise<void> {
    if (past !== undefined && entries.length > 0) {
      const numbers = entries.map(({ number }) => number)
      const rows = await past.recall(level, numbers)
      for (const entry of entries) entry.rows = rows.get(entry.number)
    }
    const { walk } = this.#parts
    await Promise.all(entries.map((entry) => (entry.ending === undefined ? walk.go(entry) : undefined)))
  }

  /** Makes items of what is known already. */
  async #expand(parent: Entry): Promise<void> {
    if (!parent.made?.length) return
    const { shape, past, book } = this.#parts
    const level = shape.levels[parent.level.index + 1]!
    const children = childrenOf(shape, parent)
    const standings: Standing[] = []
    for (const child of children) standings.push(past === undefined ? 'open' : this.judge(child, await this.end(child)))
    const going = children.filter((child, at) => standings[at] === 'open' || child.settledAs !== undefined)
    await this.#walk(level, going, past)
    for (const [at, child] of children.entries()) if (standings[at] === 'open') book.came(child)
    this.#adopt(parent, children, standings)
    for (const child of going) await this.#expand(child)
  }

  #adopt(parent: Entry, children: readonly Entry[], standings: readonly Standing[]): void {
    parent.children = children.filter((child, at) => {
      return (standings[at] === 'open' || child.settledAs !== undefined) && !child.isLeft
    })
    parent.unsettled = standings.filter((standing) => standing !== 'settled').length
    if (parent.unsettled === 0) this.#parts.settling.whole(parent)
  }

  async #writeAgain(): Promise<void> {
    const { ordered, settling } = this.#parts
    const all = this.#unwritten
    if (ordered === undefined || all.length === 0) return
    this.#unwritten = []
    const records = await ordered.replay.recordsOf(all.map(({ row }) => row))
    for (const [at, { entry, row }] of all.entries()) settling.again(entry, row, records[at])
  }
}

/** Whether an item with this end has to come up to a barrier again, at that step or behind it: the barrier needs all. */
export function isNeeded({ steps }: Shape, level: Level, row: Settled, from: number): boolean {
  for (let at = from; at <= Math.min(row.step, level.to); at += 1) {
    const { kind } = steps[at]!
    if (kind === 'select' || (kind === 'collect' && row.status === 'done')) return true
  }
  return isExpanded(level, row) && steps.slice(level.to + 1).some(isBarrier)
}

/** Items were made of it. */
function isExpanded({ endsIn, to }: Level, { status, step }: Settled): boolean {
  return endsIn === 'expand' && status === 'done' && step === to
}
