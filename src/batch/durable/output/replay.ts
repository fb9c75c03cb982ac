import type { ItemNumber, Recorded, RunJournal, Settled } from '../../../journal/journal.ts'
import type { OutputRecord } from '../../sinks/record-sink.ts'
import { isAside } from '../item/advance.ts'
import { maxChildren, parentNumber } from '../item/numbers.ts'
import type { Level, Shape } from '../item/shape.ts'
import { isPart, recordOf } from './record.ts'

type Known = ReadonlyMap<ItemNumber, readonly Recorded[]>

/** Rows that are looked up together. */
const batchSize = 256

/** Makes the records of what was settled anew, out of the journal alone. */
export class Replay {
  readonly #shape: Shape
  readonly #journal: Pick<RunJournal, 'recall'>
  readonly #fields: readonly string[] | undefined

  constructor(shape: Shape, journal: Pick<RunJournal, 'recall'>, fields: readonly string[] | undefined) {
    this.#shape = shape
    this.#journal = journal
    this.#fields = fields
  }

  /** In batches, in the order of the rows. Undefined: it has no record. */
  async *records(
    rows: AsyncIterable<Settled>,
  ): AsyncGenerator<(readonly [row: Settled, record: OutputRecord | undefined])[], void> {
    let batch: Settled[] = []
    for await (const row of rows) {
      batch.push(row)
      if (batch.length < batchSize) continue
      yield await this.#paired(batch)
      batch = []
    }
    if (batch.length > 0) yield await this.#paired(batch)
  }

  async recordsOf(rows: readonly Settled[]): Promise<(OutputRecord | undefined)[]> {
    const numbers = new Set(rows.flatMap((row) => (row.status === 'done' ? this.#line(row) : [])))
    const known: Known = numbers.size === 0 ? new Map() : await this.#journal.recall([...numbers])
    return rows.map((row) => {
      if (isPart(this.#shape.levels[row.segment]!, row)) return undefined
      if (this.#isParent(row, known)) return undefined
      const input: unknown = JSON.parse(row.input)
      return recordOf(row, input, row.status === 'done' ? this.#valueOf(row, input, known) : undefined)
    })
  }

  /** What was made of it has records, and it has none. */
  #isParent(row: Settled, known: Known): boolean {
    const { endsIn, to } = this.#shape.levels[row.segment]!
    if (endsIn !== 'expand' || row.status !== 'done' || row.step !== to) return false
    const made = valueAt(known, row.item, to)?.value
    return Array.isArray(made) && made.length > 0
  }

  async #paired(rows: readonly Settled[]): Promise<(readonly [Settled, OutputRecord | undefined])[]> {
    const records = await this.recordsOf(rows)
    return rows.map((row, at) => [row, records[at]] as const)
  }

  /** The item and all that it was made of. */
  #line({ item, segment }: Settled): ItemNumber[] {
    const numbers = [item]
    for (let { depth } = this.#shape.levels[segment]!; depth > 0; depth -= 1)
      numbers.push(parentNumber(numbers.at(-1)!))
    return numbers
  }

  #valueOf(row: Settled, input: unknown, known: Known): unknown {
    const { levels, steps } = this.#shape
    const level = levels[row.segment]!
    if (this.#fields === undefined || level.isBehindCollect) {
      for (let step = row.step; step >= this.#firstOf(level); step -= 1) {
        const found = isAside(steps[step]!) ? undefined : this.#result(row, step, known)
        if (found !== undefined) return found.value
      }
      return level.isBehindCollect ? undefined : input
    }
    return Object.fromEntries(this.#fields.map((name) => [name, this.#named(row, name, known)]))
  }

  #named(row: Settled, name: string, known: Known): unknown {
    const step = this.#shape.steps.findIndex((one) => one.name === name)
    return (step > row.step ? undefined : this.#result(row, step, known)?.value) ?? null
  }

  /** What a step gave for the item, or for what it was made of. */
  #result(row: Settled, step: number, known: Known): { readonly value: unknown } | undefined {
    let number = row.item
    let level = this.#shape.levels[row.segment]!
    // What a `collect` gave is not that of an item that came up to it, although its number, 0, may be the same.
    if (level.endsIn === 'collect' && step === level.to) return undefined
    while (step < level.from && level.maker === 'expand') {
      const position = number % maxChildren
      number = parentNumber(number)
      level = this.#shape.levels[level.index - 1]!
      if (step !== level.to) continue
      const made = valueAt(known, number, step)
      return made && { value: (made.value as readonly unknown[])[position] }
    }
    return valueAt(known, number, step)
  }

  /** What a `collect` gave, if it stands last. */
  #firstOf(level: Level): number {
    if (level.maker === 'source') return level.from
    return level.maker === 'collect' ? level.from - 1 : this.#firstOf(this.#shape.levels[level.index - 1]!)
  }
}

function valueAt(known: Known, item: ItemNumber, step: number): { readonly value: unknown } | undefined {
  const row = known.get(item)?.find((one) => one.step === step)
  return row?.state === 'done' ? { value: JSON.parse(row.value) } : undefined
}
