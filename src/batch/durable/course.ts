import type { Failure } from '../../core/failure.ts'
import type { Outcome } from '../../core/outcome.ts'
import type { Pipeline } from '../../core/task.ts'
import { hasEffects } from '../steps/step.ts'
import { Book } from './figures/book.ts'
import { type Counts, countsOf } from './figures/counts.ts'
import { type Entry, endingOf } from './item/entry.ts'
import type { JobParts } from './job-parts.ts'
import { budgetLeft } from './line/budget-left.ts'
import { lineOf } from './line/line.ts'
import { lineOptions } from './line/line-options.ts'
import { isQuorum } from './line/policy-left.ts'
import { writeAgain } from './output/again.ts'
import { Ordering } from './output/ordering.ts'
import { Outlet } from './output/outlet.ts'
import { Replay } from './output/replay.ts'
import { Reading } from './reading/reading.ts'
import { itemsOf } from './reading/sources.ts'
import { Expansion } from './recall/expansion.ts'
import { Interrupted, undecided } from './recall/interrupted.ts'
import { Past } from './recall/past.ts'
import { Walk } from './recall/walk.ts'
import { Recorder } from './settling/recorder.ts'
import { Settling } from './settling/settling.ts'
import { Watermark } from './settling/watermark.ts'

export interface CourseParts extends JobParts {
  readonly broke: (failure: Failure) => void
  /** Aborted when nothing more is to be read. */
  readonly stopping: AbortSignal
}

/** Joins what a run is made of: reading, walking, the pipeline, settling, the output. */
export class Course {
  readonly book: Book
  readonly interrupted: Interrupted
  readonly replay: Replay
  readonly #parts: CourseParts
  readonly #recorder: Recorder
  readonly #watermark: Watermark
  readonly #outlet: Outlet | undefined
  readonly #ordering: Ordering | undefined
  readonly #startedAt = performance.now()
  #past: Past | undefined
  #settling: Settling | undefined
  #expansion!: Expansion
  #walk: Walk | undefined
  #reading: Reading | undefined
  #hasEnded = false
  #wasCancelled = false
  /** What the output has need not be said again before all is there again. */
  #isCaughtUp: boolean
  #output: { bytes: number; sequence: number }

  constructor(parts: CourseParts) {
    this.#parts = parts
    const { journal, shape, plan, account, options, records, report, isWhole, isRetry, broke } = parts
    const { marks } = journal.run
    this.book = new Book(shape, account.book, marks)
    this.replay = new Replay(shape, journal, plan.output.fields)
    this.#recorder = new Recorder(journal, broke)
    this.#watermark = new Watermark(marks.watermark, account.writtenTo)
    this.#isCaughtUp = isWhole
    this.#output = { ...marks.output }
    if (!isRetry) {
      this.#outlet = new Outlet({
        records,
        report,
        bytes: isWhole ? marks.output.bytes : 0,
        sequence: marks.output.sequence,
        committed: () => this.#recorder.committed(),
        mark: (bytes, sequence) => this.#marked(bytes, sequence),
        broke,
        isSynced: plan.durability === 'power',
      })
      const isBounded = shape.steps.every(({ kind }) => kind !== 'select')
      if (plan.output.isOrdered) this.#ordering = new Ordering(this.#outlet, isBounded, () => broke(undecided()))
    }
    this.interrupted = new Interrupted({ shape, ask: options.askInterrupted, ordering: this.#ordering, broke })
  }

  /** Whether all is settled, or as much as was wanted. */
  get isComplete(): boolean {
    const { plan } = this.#parts
    if (isQuorum(plan.policy) && this.book.live.source.done >= plan.policy.count) return true
    return this.#hasEnded && !this.#wasCancelled && !this.interrupted.isUndecided
  }

  /** Items that stay dead because equal work is in another run. */
  get stayedDead(): number {
    return this.#walk?.stayedDead ?? 0
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  get budgetLeft(): ReturnType<typeof budgetLeft> | undefined {
    const { budget } = this.#parts.plan
    return budget && budgetLeft(budget, { usage: this.book.usage, tasks: this.book.tasks, wallMs: this.#wallMs })
  }

  /** Finds out what earlier lives have done, and writes what of it is not in the output. */
  async open(): Promise<void> {
    const { journal, shape, isResumed, isRetry, isWhole, plan, report, account, records, effects } = this.#parts
    const { marks } = journal.run
    if (isResumed && this.#outlet !== undefined) {
      const [book, outlet, replay] = [this.book, this.#outlet, this.replay]
      const { isOrdered } = plan.output
      const { writtenTo } = account
      const hasReport = report !== undefined
      await writeAgain({ journal, shape, book, outlet, replay, hasReport, isOrdered, isAll: !isWhole, writtenTo })
    }
    let last = account.sequence
    if (isResumed) for await (const { sequence } of journal.settledAfter(last)) last = sequence
    this.#isCaughtUp = true
    const from = shape.hasBarrier || isRetry ? 0 : marks.watermark.item
    if (isResumed) this.#past = this.#parts.resources.use(await Past.open(journal, shape, from))
    this.#settling = new Settling(
      {
        recorder: this.#recorder,
        book: this.book,
        watermark: this.#watermark,
        outlet: this.#outlet,
        ordering: this.#ordering,
        fields: plan.output.fields,
        hasReport: report !== undefined,
        isMute: records === undefined && report === undefined,
        retries: account.retries,
        hasEffects: (at) => hasEffects(shape.steps[at]!),
      },
      last,
    )
    const { replay, interrupted } = this
    const doesDead = account.doesDead === true
    const walk = new Walk({ shape, recorder: this.#recorder, interrupted, effects, past: this.#past, doesDead })
    this.#walk = walk
    this.#expansion = new Expansion({
      shape,
      book: this.book,
      settling: this.#settling,
      walk,
      past: this.#past,
      isRetry,
      ordered: this.#ordering && { replay, writtenTo: account.writtenTo },
    })
    // What this run takes from others is known from here on, however it ends.
    if (isRetry) this.book.begunAgain(await countsOf(journal, shape))
    if (isRetry || !isResumed) this.mark()
  }

  line(stopping: AbortSignal): Pipeline<Entry, Entry> {
    const { shape, plan, journal, isResumed, isRetry, runtime } = this.#parts
    const items = itemsOf({ ...this.#parts, watermark: journal.run.marks.watermark, signal: stopping })
    this.#reading = new Reading(items, {
      shape,
      recorder: this.#recorder,
      watermark: this.#watermark,
      expansion: this.#expansion,
      keepsInputs: !plan.source.isReadable && !isResumed,
      room: () => this.#roomToRead(),
      reads: (root) => this.#ordering?.read(root),
      ended: () => this.#allRead(),
    })
    const [recorder, book, walk, expansion] = [this.#recorder, this.book, this.#walk!, this.#expansion]
    const [settling, past] = [this.#settling!, this.#past]
    const parts = { shape, recorder, book, walk, expansion, settling, past, isRetry }
    const isSequential = this.#parts.options.sequential === true
    const { done } = book.live.source
    const options = lineOptions(plan, { budget: this.budgetLeft, done, isSequential })
    return lineOf(runtime, this.#reading, options, parts)
  }

  /** An item has come out of the pipeline. */
  ended(outcome: Outcome<Entry, Entry>): void {
    if (outcome.status === 'cancelled') this.#wasCancelled = true
    else if (!outcome.input.isLeft)
      this.#settling!.settle(outcome.input, outcome.status === 'done' ? undefined : endingOf(outcome))
  }

  /** Resolves when there is room for more. */
  async room(): Promise<void> {
    await this.#outlet?.room()
    await this.#recorder.room()
  }

  /** Nothing more comes: what was settled gets into the output. */
  async close(): Promise<void> {
    this.#reading?.close()
    this.#ordering?.close()
    await this.#expansion?.idle()
    await this.#outlet?.drain()
  }

  /** The output was written anew, whole. */
  rewritten(counts: Counts, bytes: number): void {
    const { sequence } = this.#settling!
    this.book.recount(counts)
    this.#output = { bytes, sequence }
    this.#parts.account.isRewriting = false
  }

  mark(): void {
    // As long as not all is there again that the marks speak of, they stay what they were.
    if (!this.#isCaughtUp) return
    const { account } = this.#parts
    const { book } = this
    this.#recorder.mark({
      tally: book.confirmed.record.tally,
      usage: book.usage,
      tasks: book.tasks,
      watermark: this.#watermark.place,
      output: this.#output,
      account: JSON.stringify({
        ...account,
        book: book.record,
        wallMs: this.#wallMs,
        writtenTo: this.#watermark.writtenTo,
        sequence: this.#settling?.sequence ?? account.sequence,
      }),
    })
  }

  get #wallMs(): number {
    return this.#parts.account.wallMs + performance.now() - this.#startedAt
  }

  async #roomToRead(): Promise<void> {
    await this.room()
    await this.#ordering?.room()
  }

  #allRead(): void {
    this.#hasEnded = true
    this.interrupted.holdUp(0)
  }

  #marked(bytes: number, sequence: number): void {
    this.#output = { bytes, sequence }
    this.mark()
  }
}
