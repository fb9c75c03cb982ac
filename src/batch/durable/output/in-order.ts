import type { RunJournal, Settled } from '../../../journal/journal.ts'
import { comparePaths, pathOf } from '../item/numbers.ts'
import type { Level, Shape } from '../item/shape.ts'

/** All that is settled in the order of the source, what was made of an item in its place; then what lies behind each `collect`. */
export async function* inOrder(journal: RunJournal, { levels }: Shape): AsyncGenerator<Settled, void> {
  let group: Level[] = []
  for (const level of levels) {
    if (level.maker === 'collect') {
      yield* merged(journal, group)
      group = []
    }
    group.push(level)
  }
  yield* merged(journal, group)
}

async function* merged(journal: RunJournal, levels: readonly Level[]): AsyncGenerator<Settled, void> {
  const heads: Head[] = []
  for (const level of levels) {
    const head = new Head(level, journal.settledFrom(level.index, 0)[Symbol.asyncIterator]())
    if (await head.next()) heads.push(head)
  }
  while (heads.length > 0) {
    const first = heads.reduce((one, other) => (comparePaths(one.path, other.path) <= 0 ? one : other))
    yield first.row
    if (!(await first.next())) heads.splice(heads.indexOf(first), 1)
  }
}

class Head {
  row!: Settled
  path: number[] = []
  readonly #level: Level
  readonly #rows: AsyncIterator<Settled>

  constructor(level: Level, rows: AsyncIterator<Settled>) {
    this.#level = level
    this.#rows = rows
  }

  async next(): Promise<boolean> {
    const { done, value } = await this.#rows.next()
    if (done) return false
    this.row = value
    this.path = pathOf(value.item, this.#level.depth)
    return true
  }
}
