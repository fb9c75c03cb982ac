import type { Settled } from '../../journal/journal.ts'
import { childrenOf } from './advance.ts'
import type { Book } from './book.ts'
import type { Entry } from './entry.ts'
import { rootOf } from './numbers.ts'
import type { Past } from './past.ts'
import type { Replay } from './replay.ts'
import type { Settling } from './settling.ts'
import type { Level, Shape } from './shape.ts'
import type { Walk } from './walk.ts'
import type { Watermark } from './watermark.ts'

export interface ExpansionParts {
  readonly shape: Shape
  readonly book: Book
  readonly watermark: Watermark
  readonly settling: Settling
  readonly walk: Walk
  /** Undefined: the run is new. */
  readonly past: Past | undefined
  /** What ended up to this sequence is counted. */
  readonly countedTo: number
  /** Where the output has the order of the source: it has all items before this one, and what else was settled has yet to get there. */
  readonly ordered: { readonly replay: Replay; readonly writtenTo: number } | undefined
}

/**
 * How an item stands that an earlier life of the run may have settled: open; settled, and counted so; or settled and not counted, as
 * that life ended before it could say so.
 */
type Standing = 'open' | 'counted' | 'new'

/** Takes items as far as the journal knows, those included that are made of them on the way. */
export class Expansion {
  readonly #parts: ExpansionParts
  /** Settled, and not in the output: they get there when the item of the source is complete. */
  #again: { readonly entry: Entry; readonly row: Settled }[] = []

  constructor(parts: ExpansionParts) {
    this.#parts = parts
  }

  /** Asked in the order of the numbers. An item that a barrier needs although it is settled has `settledAs` afterwards. */
  async look(entry: Entry): Promise<Standing> {
    const { past, shape, ordered, countedTo } = this.#parts
    const row = await past?.settled(entry.level, entry.number)
    if (row === undefined) return 'open'
    if (isNeeded(shape, entry.level, row, entry.level.from)) entry.settledAs = row
    if (ordered !== undefined && rootOf(row.item, entry.level.depth) >= ordered.writtenTo) {
      this.#again.push({ entry, row })
      return 'new'
    }
    return ordered !== undefined || row.sequence <= countedTo ? 'counted' : 'new'
  }

  /** Takes items of one level as far as they go. Gives those that have something left to do. */
  async walked(level: Level, entries: readonly Entry[]): Promise<Entry[]> {
    await this.#walk(level, entries, this.#parts.past)
    const open: Entry[] = []
    for (const entry of entries) if (await this.#stands(entry)) open.push(entry)
    await this.#writeAgain()
    return open
  }

  /** Makes items of what a step has just given. */
  made(parent: Entry): void {
    const { shape, book, past, countedTo } = this.#parts
    const children = childrenOf(shape, parent)
    parent.children = children
    parent.unsettled = children.length
    parent.unconfirmed = children.length
    if (past === undefined || !parent.level.isBehindCollect) {
      for (const child of children) book.came(child)
      return
    }
    // What lies before a barrier is made anew only when it was not there; what lies behind one is made anew in each life.
    let isCounted = true
    for (const child of children) {
      const row = past.settledBehind(child.level, child.number)
      child.settledAs = row
      if (row === undefined) book.came(child)
      else if (row.sequence > countedTo) isCounted = false
    }
    parent.children = children.filter(({ level, settledAs }) => {
      return settledAs === undefined || isNeeded(shape, level, settledAs, level.from)
    })
    const open = children.filter(({ settledAs }) => settledAs === undefined).length
    parent.unsettled = open
    parent.unconfirmed = open
    if (open === 0) this.#complete(parent, isCounted ? 'counted' : 'new')
  }

  async #walk(level: Level, entries: readonly Entry[], past: Past | undefined): Promise<void> {
    if (past !== undefined && entries.length > 0) {
      const rows = await past.recall(
        level,
        entries.map(({ number }) => number),
      )
      for (const entry of entries) entry.rows = rows.get(entry.number)
    }
    const { walk } = this.#parts
    await Promise.all(entries.map((entry) => (entry.ending === undefined ? walk.go(entry) : undefined)))
  }

  /** Whether the item of the source, or something made of it, has something left to do. */
  async #stands(entry: Entry): Promise<boolean> {
    const standing = entry.made?.length ? await this.#expand(entry) : 'open'
    if (standing === 'open' || entry.settledAs !== undefined) {
      if (entry.settledAs === undefined) this.#parts.book.came(entry)
      return true
    }
    this.#complete(entry, standing)
    this.#parts.watermark.close(entry.number)
    return (entry.children?.length ?? 0) > 0
  }

  async #expand(parent: Entry): Promise<Standing> {
    const { shape, past, book } = this.#parts
    const level = shape.levels[parent.level.index + 1]!
    const made = childrenOf(shape, parent)
    const again = this.#again.length
    const going: Entry[] = []
    let isCounted = true
    for (const child of made) {
      const standing = past === undefined ? 'open' : await this.look(child)
      if (standing !== 'counted') isCounted = false
      if (standing === 'open' || child.settledAs !== undefined) going.push(child)
    }
    let open = this.#again.length - again
    await this.#walk(level, going, past)
    parent.children = []
    for (const child of going) {
      const standing = child.made?.length ? await this.#expand(child) : 'open'
      if (child.settledAs !== undefined) parent.children.push(child)
      else if (standing === 'open') {
        open += 1
        book.came(child)
        if (!child.isLeft) parent.children.push(child)
      } else {
        if (standing === 'new') isCounted = false
        this.#complete(child, standing)
        if (child.children!.length > 0) parent.children.push(child)
      }
    }
    parent.unsettled = open
    parent.unconfirmed = open
    if (open > 0) return 'open'
    return isCounted ? 'counted' : 'new'
  }

  /** All that was made of it has its end. */
  #complete(entry: Entry, standing: Standing): void {
    const { book } = this.#parts
    entry.isSettled = true
    if (standing !== 'new') return
    book.restored(entry.level, entry.level.to, 'done')
    book.confirmed.end(entry.level, entry.level.to, 'done')
  }

  async #writeAgain(): Promise<void> {
    const { ordered, settling } = this.#parts
    const all = this.#again
    if (ordered === undefined || all.length === 0) return
    this.#again = []
    const records = await ordered.replay.recordsOf(all.map(({ row }) => row))
    for (const [at, { entry, row }] of all.entries()) settling.again(entry, row, records[at]!)
  }
}

/** Whether an item with this end has to come up to a barrier again, at the step or behind it: the barrier needs all. */
export function isNeeded({ steps }: Shape, { to }: Level, { step, status }: Settled, from: number): boolean {
  for (let at = from; at <= Math.min(step, to); at += 1) {
    const { kind } = steps[at]!
    if (kind === 'select' || (kind === 'collect' && status === 'done')) return true
  }
  return false
}
