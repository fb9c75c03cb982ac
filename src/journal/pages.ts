import type { StoredSettled, StoredWork } from '../../workers/journal/protocol.ts'
import type { Recorded, Settled } from './journal.ts'
import { recorded, settledItem } from './stored.ts'

/** Rows that are read at once: few enough that the thread is soon free for the next group. A page that is shorter is the last. */
export const pageRows = 1_000

/**
 * Ends of items, read page by page as they are asked for.
 *
 * @param start what lies before the first of them
 * @param placeOf an end, behind which the next page begins
 */
export async function* settledPages<Place>(
  start: Place,
  placeOf: (row: StoredSettled) => Place,
  read: (after: Place) => Promise<StoredSettled[]>,
): AsyncGenerator<Settled, void> {
  for (let after = start; ; ) {
    const rows = await read(after)
    for (const row of rows) yield settledItem(row)
    if (rows.length < pageRows) return
    after = placeOf(rows.at(-1)!)
  }
}

/** Pieces of work of these steps, that of later steps first, and of one step that of higher items. */
export async function* backwards<T extends Recorded>(
  steps: readonly number[],
  read: (step: number, belowItem: number) => Promise<StoredWork[]>,
): AsyncGenerator<T, void> {
  for (const step of [...new Set(steps)].sort((one, other) => other - one)) {
    for (let below = Number.POSITIVE_INFINITY; ; ) {
      const rows = await read(step, below)
      for (const row of rows) yield recorded(row) as T
      if (rows.length < pageRows) break
      below = rows.at(-1)!.item
    }
  }
}
