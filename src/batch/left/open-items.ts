import type { Settled } from '../../journal/journal.ts'
import { Entry } from '../durable/item/entry.ts'
import type { Level, Shape } from '../durable/item/shape.ts'
import { isNeeded } from '../durable/recall/expansion.ts'
import type { Past } from '../durable/recall/past.ts'
import type { JobPlan } from '../job/plan.ts'
import type { SourcePlace } from '../sources/source.ts'

export interface OpenItems {
  /** Of the source. */
  readonly all: number
  /** Of those from where it was read on: they have no end. */
  readonly open: number
  /** In their order: all, or some at equal distances. Those with an end, which stands in `settledAs`, are there because a barrier needs them. */
  readonly entries: readonly Entry[]
  /** How many each of them stands for. */
  readonly scale: number
  readonly isSample: boolean
}

export interface OpenItemsParts {
  readonly plan: JobPlan
  readonly shape: Shape
  /** All before this place are settled. */
  readonly from: SourcePlace
  /** Undefined: nothing is settled. */
  readonly past: Past | undefined
  /** What was made of an item may be open although the item is settled. */
  readonly isRewriting: boolean
  /** No more than twice as many are held. */
  readonly most: number
}

/** Reads a source to its end, for its items that have something left to do. */
export async function openItems({ plan, shape, from, past, isRewriting, most }: OpenItemsParts): Promise<OpenItems> {
  const { source, limit = Number.POSITIVE_INFINITY } = plan
  const level: Level = shape.levels[0]!
  let entries: Entry[] = []
  let all = from.item
  let open = 0
  let needed = 0
  let distance = 1
  if (from.item >= limit) return { all: limit, open, entries, scale: 1, isSample: false }
  for await (const { number, input, offset, line, failure } of source.items(from, new AbortController().signal)) {
    const row = await past?.settled(level, number)
    const isWanted = row === undefined || isAgain(row, { shape, level, isRewriting })
    all = number + 1
    if (row === undefined) open += 1
    if (isWanted) {
      if (needed % distance === 0) {
        const entry = new Entry(level, number, { offset, line, input })
        if (failure !== undefined) entry.ending = { status: 'failed', failure }
        if (row !== undefined) entry.settledAs = row
        entries.push(entry)
      }
      needed += 1
    }
    if (entries.length > 2 * most) {
      entries = entries.filter((_, at) => at % 2 === 0)
      distance *= 2
    }
    if (all >= limit) break
  }
  return { all, open, entries, scale: entries.length === 0 ? 1 : needed / entries.length, isSample: distance > 1 }
}

/** Whether a settled item is gone through once more: a barrier needs it, or a retry looks at what was made of it. */
export function isAgain(row: Settled, { shape, level, isRewriting }: Standing): boolean {
  return isNeeded(shape, level, row, level.from) || (isRewriting && row.status === 'done' && level.endsIn === 'expand')
}

interface Standing extends Pick<OpenItemsParts, 'shape' | 'isRewriting'> {
  readonly level: Level
}
