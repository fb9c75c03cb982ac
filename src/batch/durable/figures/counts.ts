import { noTally, type Tally } from '../../../core/tally.ts'
import type { RunJournal, SettledCount } from '../../../journal/journal.ts'
import { type Level, levelsOf, type Shape } from '../item/shape.ts'

type End = 'done' | 'failed' | 'skipped'

/** How many items came to a step and how they went on. */
export interface StepCount {
  done: number
  failed: number
  skipped: number
}

/** Plain data, as it is kept in the journal. */
export interface CountsRecord {
  readonly tally: Tally
  readonly derived: Tally
  readonly steps: readonly StepCount[]
}

/** What is settled of a run, counted anew. */
export async function countsOf(journal: Pick<RunJournal, 'settledAfter'>, shape: Shape): Promise<Counts> {
  const counts = new Counts(shape)
  for await (const { segment, step, status } of journal.settledAfter(0))
    counts.end(shape.levels[segment]!, step, status)
  return counts
}

/**
 * The same of rows that the journal has counted.
 *
 * @param before what was counted of others
 */
export function countsFrom(
  rows: readonly SettledCount[],
  steps: Parameters<typeof levelsOf>[0],
  before?: CountsRecord,
): Counts {
  const counts = new Counts({ steps }, before)
  const levels = levelsOf(steps)
  for (const { segment, step, status, count } of rows) counts.end(levels[segment]!, step, status, count)
  return counts
}

/** Counts items by their ends. What an end says of each step follows from where it was: all steps before were done. */
export class Counts {
  readonly source: StepCount
  readonly derived: StepCount
  readonly steps: readonly StepCount[]

  constructor(shape: { readonly steps: readonly unknown[] }, from?: CountsRecord) {
    const { tally = noTally, derived = noTally } = from ?? {}
    this.source = { done: tally.done, failed: tally.failed, skipped: tally.skipped }
    this.derived = { done: derived.done, failed: derived.failed, skipped: derived.skipped }
    this.steps = shape.steps.map((_, at) => ({ done: 0, failed: 0, skipped: 0, ...from?.steps[at] }))
  }

  /** @param step where it ended; of an item that came through, the last one that it took */
  end(level: Level, step: number, status: End, by = 1): void {
    this.item(level, status, by)
    for (let at = level.from; at < step; at += 1) this.steps[at]!.done += by
    if (step >= level.from && step <= level.to) this.steps[step]![status] += by
  }

  /** The item alone. */
  item(level: Level, status: End, by = 1): void {
    const kind = level.index === 0 ? this.source : this.derived
    kind[status] += by
  }

  get record(): CountsRecord {
    return { tally: tallyOf(this.source), derived: tallyOf(this.derived), steps: this.steps }
  }
}

/** @param known how many there are; those without an end were cancelled */
export function tallyOf({ done, failed, skipped }: StepCount, known: number = done + failed + skipped): Tally {
  return { in: known, done, failed, skipped, cancelled: known - done - failed - skipped }
}
