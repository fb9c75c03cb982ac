import { Failure } from '../../../core/failure.ts'
import type { ItemNumber, Recorded, RunJournal, Settled, Work } from '../../../journal/journal.ts'
import { type JobSource, sourceStart } from '../../sources/source.ts'
import type { ItemView } from '../../template/item-view.ts'
import { isAside } from '../item/advance.ts'
import { maxChildren, parentNumber } from '../item/numbers.ts'
import type { Level, Shape } from '../item/shape.ts'

type Known = ReadonlyMap<ItemNumber, readonly Recorded[]>

/** Items that are looked up together. */
const batchSize = 256

/** Items as a step saw them in an earlier life of the run, out of the journal: what was taken back meanwhile counts as what it was. */
export class PastViews {
  readonly #shape: Shape
  readonly #journal: RunJournal
  readonly #source: JobSource
  /** What came up to each `collect`, by the level behind it: in memory, as when the run was on. */
  readonly #collected = new Map<Level, Promise<readonly ItemView[]>>()

  constructor(shape: Shape, journal: RunJournal, source: JobSource) {
    this.#shape = shape
    this.#journal = journal
    this.#source = source
  }

  /**
   * The item of a piece of work before its step.
   *
   * @throws Failure `SOURCE_FAILED`
   */
  async before({ item, step }: Work): Promise<ItemView> {
    const level = this.levelOf(step)
    const line = this.#lineOf(level, item)
    const known = await this.#journal.recall(line.map(({ number }) => number))
    const root = line[0]!.number
    const input = level.isBehindCollect ? undefined : await this.#inputOf(level, item, root, known.get(root))
    return await this.#viewOf(line, step, known, input)
  }

  levelOf(step: number): Level {
    return this.#shape.levels.find(({ from, to }) => from <= step && step <= to)!
  }

  async #viewOf(line: readonly Link[], step: number, known: Known, input: unknown): Promise<ItemView> {
    const shape = this.#shape
    const results: Record<string, unknown> = {}
    let last = input
    for (const [at, { number, position, level }] of line.entries()) {
      const isLast = at === line.length - 1
      for (const row of known.get(number) ?? []) {
        const until = isLast ? step - 1 : level.to
        if (!('value' in row) || row.step < level.from || row.step > until) continue
        const given: unknown = JSON.parse(row.value)
        const value = row.step === level.to && !isLast ? (given as readonly unknown[])[position] : given
        const made = shape.steps[row.step]!
        results[made.name] = value
        if (!isAside(made)) last = value
        for (const name in results) if (!shape.keeps(name, row.step)) delete results[name]
      }
    }
    const first = line[0]!.level
    return first.isBehindCollect
      ? { input, results, last, items: await this.#itemsOf(first) }
      : { input, results, last }
  }

  #itemsOf(behind: Level): Promise<readonly ItemView[]> {
    const known = this.#collected.get(behind)
    if (known !== undefined) return known
    const items = this.#collect(this.#shape.levels[behind.index - 1]!)
    this.#collected.set(behind, items)
    return items
  }

  /** In the order of their numbers, which is that of the source. */
  async #collect(level: Level): Promise<readonly ItemView[]> {
    const views: ItemView[] = []
    let batch: Settled[] = []
    for await (const settled of this.#journal.settledFrom(level.index, 0)) {
      if (settled.status === 'done' && settled.step === level.to) batch.push(settled)
      if (batch.length < batchSize) continue
      views.push(...(await this.#viewsOf(level, batch)))
      batch = []
    }
    return [...views, ...(await this.#viewsOf(level, batch))]
  }

  async #viewsOf(level: Level, ends: readonly Settled[]): Promise<ItemView[]> {
    const lines = ends.map(({ item }) => this.#lineOf(level, item))
    const known = await this.#journal.recall([...new Set(lines.flat().map(({ number }) => number))])
    return await Promise.all(
      lines.map((line, at) => {
        const input: unknown = level.isBehindCollect ? undefined : JSON.parse(ends[at]!.input)
        return this.#viewOf(line, level.to, known, input)
      }),
    )
  }

  /** The item of the source, or what came out of a `collect`; then what was made of it, down to the item itself. */
  #lineOf(level: Level, item: ItemNumber): Link[] {
    const line: Link[] = [{ level, number: item, position: 0 }]
    for (let at = level; at.depth > 0; ) {
      at = this.#shape.levels[at.index - 1]!
      const { number } = line[0]!
      line.unshift({ level: at, number: parentNumber(number), position: number % maxChildren })
    }
    return line
  }

  async #inputOf(
    level: Level,
    item: ItemNumber,
    root: ItemNumber,
    rows: readonly Recorded[] | undefined,
  ): Promise<unknown> {
    const kept = rows?.find(({ step }) => step === -1)
    if (kept?.state === 'done') return (JSON.parse(kept.value) as { readonly input: unknown }).input
    for await (const settled of this.#journal.settledFrom(level.index, item)) {
      if (settled.item === item) return JSON.parse(settled.input)
      break
    }
    // It was under way when the run was stopped: few are.
    for await (const one of this.#source.items(sourceStart, new AbortController().signal)) {
      if (one.number === root) return one.input
    }
    throw new Failure('SOURCE_FAILED', `${this.#source.place} has no item ${root} any more`)
  }
}

/** An item on the way from the source to the one that is wanted; `position`: of the next one among what was made of it. */
interface Link {
  readonly level: Level
  readonly number: ItemNumber
  readonly position: number
}
