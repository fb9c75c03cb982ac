import { Failure } from '../../../core/failure.ts'
import type { ItemNumber, Recorded, RunJournal, Work } from '../../../journal/journal.ts'
import { type JobSource, sourceStart } from '../../sources/source.ts'
import type { ItemView } from '../../template/item-view.ts'
import { isAside } from '../item/advance.ts'
import { maxChildren, parentNumber } from '../item/numbers.ts'
import type { Level, Shape } from '../item/shape.ts'

/** Items as a step saw them in an earlier life of the run, out of the journal. */
export class PastViews {
  readonly #shape: Shape
  readonly #journal: RunJournal
  readonly #source: JobSource

  constructor(shape: Shape, journal: RunJournal, source: JobSource) {
    this.#shape = shape
    this.#journal = journal
    this.#source = source
  }

  /**
   * The item of a piece of work before its step.
   *
   * @throws Failure `INVALID_INPUT` for what stands behind a `collect`, whose items are not kept together; `SOURCE_FAILED`
   */
  async before({ item, step }: Work): Promise<ItemView> {
    const level = this.#shape.levels.find(({ from, to }) => from <= step && step <= to)!
    if (level.isBehindCollect) {
      throw new Failure('INVALID_INPUT', 'what a step behind a collect was given is not kept: take it back by hand')
    }
    const line = this.#lineOf(level, item)
    const recorded = await this.#journal.recall(line.map(({ number }) => number))
    const root = line[0]!.number
    const input = await this.#inputOf(level, item, root, recorded.get(root))
    const results: Record<string, unknown> = {}
    let last = input
    for (const [at, { number, position, level: of }] of line.entries()) {
      const until = at === line.length - 1 ? step - 1 : of.to
      for (const row of recorded.get(number) ?? []) {
        if (row.state !== 'done' || row.step < of.from || row.step > until) continue
        const given: unknown = JSON.parse(row.value)
        const isMade = row.step === of.to && of !== level
        const value = isMade ? (given as readonly unknown[])[position] : given
        const made = this.#shape.steps[row.step]!
        results[made.name] = value
        if (!isAside(made)) last = value
      }
    }
    return { input, results, last }
  }

  /** The item of the source, then what was made of it, down to the item itself; `position`: of the next one among what was made. */
  #lineOf(
    level: Level,
    item: ItemNumber,
  ): { readonly level: Level; readonly number: ItemNumber; readonly position: number }[] {
    const line = [{ level, number: item, position: 0 }]
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
    if (kept?.state === 'done') return JSON.parse(kept.value)
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
