import { Failure, type FailureRecord } from '../../../core/failure.ts'
import type { ItemNumber, Marks, RunJournal } from '../../../journal/journal.ts'
import type { JobPlan } from '../../job/plan.ts'
import { type SourceItem, sourceStart } from '../../sources/source.ts'
import { rootOf } from '../item/numbers.ts'
import type { Shape } from '../item/shape.ts'

export interface SourceChoice {
  readonly plan: JobPlan
  readonly shape: Shape
  readonly journal: RunJournal
  readonly isResumed: boolean
  readonly isRetry: boolean
  readonly wasFinished: boolean
  readonly watermark: Marks['watermark']
  readonly signal: AbortSignal
}

/** The items that a life of a run begins with: from the first one that is open; all of them, where a barrier needs all. */
export async function* itemsOf(choice: SourceChoice): AsyncGenerator<SourceItem, void> {
  const { plan, shape, journal, isRetry, isResumed, wasFinished, watermark, signal } = choice
  const { limit = Number.POSITIVE_INFINITY } = plan
  const isWhole = shape.hasBarrier || !isResumed
  if (isRetry && !isWhole) yield* reopenedItems(choice)
  if (isRetry && !isWhole && wasFinished) return
  const from = isWhole ? sourceStart : watermark
  const items = isResumed && !plan.source.isReadable ? keptItems(journal, from.item) : plan.source.items(from, signal)
  for await (const item of items) {
    if (item.number >= limit) return
    yield item
    // Whoever stops at its last item need not read on for another.
    if (item.number + 1 >= limit) return
  }
}

/** Those before the first open one that are to be done again: what their rows say is enough to begin with. */
async function* reopenedItems(choice: SourceChoice): AsyncGenerator<SourceItem, void> {
  const { journal, shape, watermark, wasFinished } = choice
  const roots = new Map<ItemNumber, SourceItem>()
  for await (const { segment, item, offset, line, input, failure } of journal.reopened()) {
    const number = rootOf(item, shape.levels[segment]!.depth)
    if (!wasFinished && number >= watermark.item) continue
    // What could not be read is no more an item than it was: its line is not read again.
    const torn = failure?.code === 'INPUT_MALFORMED' ? { failure: Failure.fromRecord(failure) } : {}
    roots.set(number, { number, offset, line, input: JSON.parse(input), ...torn })
  }
  yield* [...roots.values()].sort((one, other) => one.number - other.number)
}

const batchSize = 256

/** What was read from a source that cannot be read again. */
async function* keptItems(journal: RunJournal, from: ItemNumber): AsyncGenerator<SourceItem, void> {
  for (let first = from; ; first += batchSize) {
    const numbers = Array.from({ length: batchSize }, (_, at) => first + at)
    const rows = await journal.recall(numbers)
    for (const number of numbers) {
      const row = rows.get(number)?.find(({ step }) => step === -1)
      if (row?.state !== 'done') return
      const { failure, ...item } = JSON.parse(row.value) as Kept
      yield { number, ...item, ...(failure === undefined ? {} : { failure: Failure.fromRecord(failure) }) }
    }
  }
}

interface Kept {
  readonly offset: number
  readonly line: number
  readonly input: unknown
  readonly failure?: FailureRecord
}
