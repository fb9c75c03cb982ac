import { Failure, type FailureRecord } from '../../../core/failure.ts'
import type { Settled } from '../../../journal/journal.ts'
import type { OutputRecord } from '../../sinks/record-sink.ts'
import type { Book } from '../figures/book.ts'
import { jsonOf } from '../item/content-key.ts'
import type { Ending, Entry } from '../item/entry.ts'
import { itemId } from '../item/item-id.ts'
import { pathOf } from '../item/numbers.ts'
import type { Ordering } from '../output/ordering.ts'
import type { Outlet, Unit } from '../output/outlet.ts'
import { isPart, recordOf } from '../output/record.ts'
import { isOfAccount } from './of-account.ts'
import type { Recorder } from './recorder.ts'
import type { Watermark } from './watermark.ts'

export interface SettlingParts {
  readonly recorder: Recorder
  readonly book: Book
  readonly watermark: Watermark
  /** Undefined: the output is written from the journal when all is settled. */
  readonly outlet: Outlet | undefined
  readonly ordering: Ordering | undefined
  readonly fields: readonly string[] | undefined
  /** Where what comes out behind a `collect` goes: to a report of its own, or to the records. */
  readonly hasReport: boolean
  /** Nothing is written of what is settled. */
  readonly isMute: boolean
  /** So often was what failed done again: after that it is given up. */
  readonly retries: number
  /** Whether the step at this position changes something outside. */
  hasEffects(step: number): boolean
}

/** Ends that were tried again so often are for good. */
const maxRetries = 3

/** Gives each item its end, once: in the journal, in the figures, and on its way into the output. */
export class Settling {
  readonly #parts: SettlingParts
  #sequence: number

  /** @param sequence of the item that settled last */
  constructor(parts: SettlingParts, sequence: number) {
    this.#parts = parts
    this.#sequence = sequence
  }

  /** Of the item that settled last. */
  get sequence(): number {
    return this.#sequence
  }

  /** @param step where it ended; default: of what came through, the last that it took, else the one at which it stands */
  settle(entry: Entry, ending?: Ending, step: number = ending === undefined ? entry.at - 1 : entry.at): void {
    if (entry.isSettled) return
    entry.isSettled = true
    if (entry.settledAs !== undefined) return
    const { recorder, book } = this.#parts
    this.#sequence += 1
    const row = this.#rowOf(entry, ending, step)
    recorder.settled(row)
    const { status } = row
    if (ending !== undefined && step >= entry.level.from && step <= entry.level.to)
      book.live.steps[step]![ending.status] += 1
    book.live.item(entry.level, status)
    if (entry.level.index === 0 && entry.ranAt === undefined) book.reused += 1
    this.#out(entry, row, status === 'done' ? this.#valueOf(entry) : undefined)
  }

  /** What was settled in an earlier life of the run and is not in the output. */
  again(entry: Entry, row: Settled, record: OutputRecord | undefined): void {
    this.#parts.book.restored(entry.level, row.step, row.status)
    this.#put(entry, row, record)
  }

  /** All that was made of it has its end: so has it, and these are its record. */
  whole(parent: Entry): void {
    if (parent.isSettled) return
    parent.isSettled = true
    if (parent.settledAs !== undefined) return
    const { recorder, book } = this.#parts
    this.#sequence += 1
    const row = this.#rowOf(parent, undefined, parent.level.to)
    recorder.settled(row)
    book.live.item(parent.level, 'done')
    if (parent.level.index === 0 && parent.ranAt === undefined) book.reused += 1
    this.#put(parent, row, undefined)
  }

  #rowOf(entry: Entry, ending: Ending | undefined, step: number): Settled {
    const { number, level, place, attempts, queuedMs, runMs } = entry
    return {
      segment: level.index,
      item: number,
      sequence: this.#sequence,
      id: itemId(entry.level, entry.number),
      input: jsonOf(place.input),
      offset: place.offset,
      line: place.line,
      status: ending?.status ?? 'done',
      isDead: ending?.status === 'failed' && this.#isDeadBy(ending, step),
      failure: ending === undefined ? undefined : printed(ending),
      step,
      attempts,
      queuedMs,
      runMs,
    }
  }

  /**
   * Whether what failed so is not to be tried again, unless its cause is mended. What took too long in all is not begun again at once, but may be fast
   * another time; where it has effects, nobody knows whether it had them.
   */
  isDead({ code, retryable }: Failure, step: number): boolean {
    const mayPass = retryable || (code === 'TIMEOUT' && !this.#parts.hasEffects(step))
    return !mayPass || this.#parts.retries >= maxRetries
  }

  #isDeadBy({ failure, isDead }: Ending, step: number): boolean {
    return !isOfAccount(failure) && (isDead ?? this.isDead(failure, step))
  }

  #valueOf(entry: Entry): unknown {
    const { fields } = this.#parts
    if (fields === undefined || entry.level.isBehindCollect) return entry.last
    return Object.fromEntries(fields.map((name) => [name, entry.results[name] ?? null]))
  }

  #out(entry: Entry, row: Settled, value: unknown): void {
    // What comes up to a second barrier is part of what comes out of it, and has no record of its own.
    const record = isPart(entry.level, row) || this.#parts.isMute ? undefined : recordOf(row, entry.place.input, value)
    this.#put(entry, row, record)
  }

  #put(entry: Entry, row: Settled, record: OutputRecord | undefined): void {
    const { outlet, ordering, hasReport } = this.#parts
    if (outlet !== undefined) {
      const isReport = hasReport && entry.level.isBehindCollect
      const isPlaced = ordering !== undefined && !entry.level.isBehindCollect
      const sequence = isPlaced ? 0 : row.sequence
      const unit: Unit = { sequence, record, isReport, confirm: () => this.#confirm(entry, row) }
      if (!isPlaced) outlet.put(unit)
      else ordering.put(entry.root.number, pathOf(entry.number, entry.level.depth), unit)
    }
    this.#closeUp(entry)
  }

  /** What it was made of has its end, too, if it was the last. */
  #closeUp({ parent, level, number }: Entry): void {
    if (parent !== undefined) {
      parent.unsettled -= 1
      if (parent.unsettled === 0) this.whole(parent)
    } else if (level.index === 0) this.#parts.ordering?.settled(number)
  }

  #confirm(entry: Entry, row: Settled): void {
    const { book, watermark } = this.#parts
    book.confirm(row)
    book.confirmed.end(entry.level, row.step, row.status)
    if (entry.level.index === 0) watermark.close(entry.number)
  }
}

/** Whoever has only the run and its records cannot open a lane of the runtime, and need not: another one has it open. */
function printed({ failure }: Ending): FailureRecord {
  const { code, cause, details } = failure
  if (code !== 'LANE_STOPPED' || !Failure.is(cause)) return failure.toJSON()
  const message = `lane ${details?.lane} was stopped by ${cause.code}: ${cause.message}. When that is put right, weft retry --skipped does it`
  return { ...failure.toJSON(), message }
}
