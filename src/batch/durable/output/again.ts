import type { ItemNumber, RunJournal, Settled } from '../../../journal/journal.ts'
import type { Book } from '../figures/book.ts'
import { rootOf } from '../item/numbers.ts'
import type { Shape } from '../item/shape.ts'
import { inOrder } from './in-order.ts'
import type { Outlet } from './outlet.ts'
import type { Replay } from './replay.ts'

export interface AgainParts {
  readonly journal: RunJournal
  readonly shape: Shape
  readonly book: Book
  readonly outlet: Outlet
  readonly replay: Replay
  /** What lies behind a `collect` goes to a sink of its own, which begins anew in each life. */
  readonly hasReport: boolean
  readonly isOrdered: boolean
  /** Where it has the order of the source: see `Account`. */
  readonly writtenTo: ItemNumber
  /** The output has none of what the marks say. */
  readonly isAll: boolean
}

/** Writes what the journal has and the output has not. */
export async function writeAgain(parts: AgainParts): Promise<void> {
  const { journal, shape, outlet, isOrdered, isAll, hasReport, writtenTo } = parts
  const { output } = journal.run.marks
  const isCounted = (row: Settled): boolean => {
    const { depth, isBehindCollect } = shape.levels[row.segment]!
    return isOrdered && !isBehindCollect ? rootOf(row.item, depth) < writtenTo : row.sequence <= output.sequence
  }
  const isBehind = ({ segment }: Settled): boolean => shape.levels[segment]!.isBehindCollect
  if (isAll || hasReport) {
    const known = filtered(isOrdered ? inOrder(journal, shape) : journal.settledAfter(0), (row) => {
      return isCounted(row) && (isAll || isBehind(row))
    })
    await write(parts, known, false)
  }
  const isFresh = (row: Settled): boolean => !isCounted(row) && (!isOrdered || isBehind(row))
  // In the order of the source they come when it is their turn: all but those behind a `collect`.
  const hasFresh = !isOrdered || shape.levels.some(({ isBehindCollect }) => isBehindCollect)
  if (hasFresh) await write(parts, filtered(journal.settledAfter(output.sequence), isFresh), true)
  await outlet.drain()
}

async function write(parts: AgainParts, rows: AsyncIterable<Settled>, isNew: boolean): Promise<void> {
  const { shape, book, outlet, replay, hasReport } = parts
  const { sequence } = parts.journal.run.marks.output
  for await (const batch of replay.records(rows)) {
    for (const [row, record] of batch) {
      const level = shape.levels[row.segment]!
      if (isNew) book.restored(level, row.step, row.status)
      outlet.put({
        sequence: isNew ? row.sequence : sequence,
        record,
        isReport: hasReport && level.isBehindCollect,
        confirm: () => {
          if (!isNew) return
          book.confirm(row)
          book.confirmed.end(level, row.step, row.status)
        },
      })
    }
    await outlet.room()
  }
}

async function* filtered(rows: AsyncIterable<Settled>, wanted: (row: Settled) => boolean): AsyncGenerator<Settled> {
  for await (const row of rows) if (wanted(row)) yield row
}
