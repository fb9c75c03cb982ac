import type { ItemNumber, Recorded, RunJournal, Settled, Work } from '../../../journal/journal.ts'
import { maxChildren } from '../item/numbers.ts'
import type { Level, Shape } from '../item/shape.ts'

/**
 * What earlier lives of a run have settled, read along with the items, which are asked for in the order of their numbers. What lies behind a
 * barrier comes in any order, and is held.
 */
export class Past implements AsyncDisposable {
  readonly #journal: RunJournal
  readonly #from: ItemNumber
  readonly #ahead = new Map<Level, Ahead>()
  readonly #behind = new Map<Level, Map<ItemNumber, Settled>>()
  /** What was begun and has no result, by item and step: few, however much else is recorded. */
  readonly #begun = new Map<string, Recorded>()
  /** Work on what came out of each barrier. */
  #barrierRows: readonly Recorded[] = []

  private constructor(journal: RunJournal, from: ItemNumber) {
    this.#journal = journal
    this.#from = from
  }

  /** @param from the first item that may be open */
  static async open(journal: RunJournal, shape: Shape, from: ItemNumber): Promise<Past> {
    const past = new Past(journal, from)
    for (const level of shape.levels) {
      if (!level.isBehindBarrier) continue
      const rows = new Map<ItemNumber, Settled>()
      for await (const row of journal.settledFrom(level.index, 0)) rows.set(row.item, row)
      past.#behind.set(level, rows)
    }
    for (const row of await journal.interrupted()) past.#begun.set(placeOf(row), row)
    if (past.#behind.size > 0) past.#barrierRows = (await journal.recall([0])).get(0) ?? []
    return past
  }

  /** How the item ended. Of one level in the order of the numbers. */
  async settled(level: Level, item: ItemNumber): Promise<Settled | undefined> {
    const behind = this.#behind.get(level)
    if (behind !== undefined) return behind.get(item)
    return this.#aheadOf(level).find(item)
  }

  /** The same of what came out of a barrier, without waiting. */
  settledBehind(level: Level, item: ItemNumber): Settled | undefined {
    return this.#behind.get(level)?.get(item)
  }

  /** What is known of the work on items of a level. */
  async recall(level: Level, items: readonly ItemNumber[]): Promise<Map<ItemNumber, Map<number, Recorded>>> {
    const rows = await this.#journal.recall(items)
    return new Map([...rows].map(([item, work]) => [item, ofLevel(level, work)]))
  }

  barrierRows(level: Level): Map<number, Recorded> {
    return ofLevel(level, this.#barrierRows)
  }

  /** Whether this very work was begun and has no result. Told once. */
  takeBegun(work: Work): Recorded | undefined {
    const row = this.#begun.get(placeOf(work))
    if (row?.key !== work.key || row.state !== 'started') return undefined
    this.#begun.delete(placeOf(work))
    return row
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const ahead of this.#ahead.values()) await ahead.close()
  }

  #aheadOf(level: Level): Ahead {
    const known = this.#ahead.get(level)
    if (known !== undefined) return known
    const ahead = new Ahead(this.#journal.settledFrom(level.index, this.#from * maxChildren ** level.depth))
    this.#ahead.set(level, ahead)
    return ahead
  }
}

function placeOf({ item, step }: Work): string {
  return `${item} ${step}`
}

/** A cursor that only goes forward. */
class Ahead {
  readonly #rows: AsyncIterator<Settled>
  #row: Settled | undefined
  #isAtEnd = false

  constructor(rows: AsyncIterable<Settled>) {
    this.#rows = rows[Symbol.asyncIterator]()
  }

  async find(item: ItemNumber): Promise<Settled | undefined> {
    while (!this.#isAtEnd && (this.#row === undefined || this.#row.item < item)) {
      const { done, value } = await this.#rows.next()
      this.#isAtEnd = done === true
      this.#row = value
    }
    return this.#row?.item === item ? this.#row : undefined
  }

  async close(): Promise<void> {
    await this.#rows.return?.()
  }
}

/** Items of several levels may have the same number; steps tell them apart. */
function ofLevel({ from, to }: Level, rows: readonly Recorded[]): Map<number, Recorded> {
  return new Map(rows.flatMap((row) => (row.step >= from && row.step <= to ? [[row.step, row] as const] : [])))
}
