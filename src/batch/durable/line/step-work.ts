import { Failure } from '../../../core/failure.ts'
import type { Outcome } from '../../../core/outcome.ts'
import type { StepOptions } from '../../../core/pipeline.ts'
import type { TaskContext } from '../../../core/task.ts'
import type { Book } from '../figures/book.ts'
import { advance, checkedList, prepared, type WorkingStep } from '../item/advance.ts'
import { resultJson } from '../item/content-key.ts'
import type { Entry } from '../item/entry.ts'
import type { Shape } from '../item/shape.ts'
import type { Expansion } from '../recall/expansion.ts'
import { noFigures, type Walk, workOf } from '../recall/walk.ts'
import type { Recorder } from '../settling/recorder.ts'
import type { Settling } from '../settling/settling.ts'

export interface WorkParts {
  readonly shape: Shape
  readonly recorder: Recorder
  readonly book: Book
  readonly walk: Walk
  readonly expansion: Expansion
  readonly settling: Settling
}

/** A result, and the same as it is recorded. Items that have equal work share one: none of them may change it. */
interface Result {
  readonly value: unknown
  readonly json: string
  /** It was there already, and whose it is has it recorded. */
  readonly isFound: boolean
}

/** Of what is left as it is. */
const open: Result = { value: null, json: 'null', isFound: true }

/** A step of the job as a step of the pipeline, whose items are entries: recalls, records intent, runs, records the result. */
export class StepWork {
  readonly #step: WorkingStep
  readonly #at: number
  readonly #parts: WorkParts

  constructor(step: WorkingStep, at: number, parts: WorkParts) {
    this.#step = step
    this.#at = at
    this.#parts = parts
  }

  get options(): StepOptions<Entry> {
    const { lane, laneKey, estimate, retry, timeoutMs, totalTimeoutMs, concurrency, effects } = this.#step
    const input = (entry: Entry): unknown => prepared(entry, this.#step).input
    return {
      // Whoever works on the cpu lane calls there: a function has no slot on it.
      lane: lane === 'cpu' ? 'io' : lane,
      effects,
      // Equal work with effects is to have as many.
      ...(!effects && { key: (entry: Entry) => prepared(entry, this.#step).key }),
      known: this.#known,
      ended: this.#ended,
      ...(laneKey && { laneKey: (entry: Entry) => laneKey.call(this.#step, input(entry)) }),
      ...(estimate && { estimate: (entry: Entry) => estimate.call(this.#step, input(entry)) }),
      ...(retry && { retry }),
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(totalTimeoutMs !== undefined && { totalTimeoutMs }),
      ...(concurrency !== undefined && { concurrency }),
    }
  }

  /** One attempt. */
  readonly run = async (entry: Entry, context: TaskContext): Promise<Result> => {
    const { recorder, book, walk } = this.#parts
    const step = this.#step
    const { input, key } = prepared(entry, step)
    const known = context.attempt === 1 || !step.effects ? await walk.known(entry, step, context.signal) : undefined
    if (entry.isLeft) return open
    if (known !== undefined) return { value: JSON.parse(known), json: known, isFound: true }
    recorder.started(workOf(entry, key), context.attempt)
    if (step.effects) await recorder.committed()
    context.signal.throwIfAborted()
    book.steps[this.#at]!.running += 1
    try {
      entry.ranAt = this.#at
      const given = await step.run(input, context)
      const json = resultJson(step.kind === 'expand' ? checkedList(given, step.name) : given, step.name)
      // Its outcome is decided; but it was done, and is not to be done again.
      if (isCancelled(context.signal)) recorder.late(workOf(entry, key), json, context.attempt)
      await recorder.room()
      // What goes on is what would be read back: a run that was interrupted is to give the same as one that was not.
      return { value: JSON.parse(json), json, isFound: false }
    } catch (thrown) {
      const failure =
        isLost(thrown) && !context.signal.aborted ? await walk.lost(entry, step, thrown, context.signal) : thrown
      if (failure === 'left') return open
      // It has ended, and nobody has to wonder how: its next attempt says that it was begun. No work has this key, so nothing takes it for an end.
      if (!context.signal.aborted) recorder.failed(workOf(entry, ''), Failure.from(failure).toJSON(), false, noFigures)
      throw failure
    } finally {
      book.steps[this.#at]!.running -= 1
    }
  }

  /** Undefined: it has to run. */
  readonly #known = (entry: Entry): { readonly value: unknown } | undefined => {
    if (entry.at === this.#at) {
      const isTaken = this.#parts.walk.takeRow(entry, this.#step)
      if (!isTaken) return undefined
      if (entry.ending !== undefined) throw entry.ending.failure
      this.#parts.book.took(entry, this.#at)
    }
    return { value: this.#onward(entry) }
  }

  readonly #ended = (entry: Entry, outcome: Outcome<unknown>): unknown => {
    const { recorder, book, settling } = this.#parts
    const isWhole = entry.ranAt === this.#at && outcome.status !== 'cancelled'
    const isPaid = book.ran(this.#at, outcome, isWhole)
    recorder.spent(book, isPaid)
    const { attempts, queuedMs, runMs } = outcome
    const figures = { attempts, queuedMs, runMs }
    if (entry.isLeft && outcome.status !== 'cancelled') return this.#leave(entry)
    if (outcome.status === 'done') return this.#took(entry, outcome.value as Result, figures)
    entry.spent(figures)
    if (outcome.status === 'failed') {
      if (this.#step.effects && outcome.failure.code === 'TIMEOUT' && attempts > 0)
        entry.ending ??= { status: 'failed', failure: inTheDark(outcome.failure) }
      const failure = entry.ending?.failure ?? outcome.failure
      const isDead = entry.ending?.isDead ?? settling.isDead(failure, this.#at)
      const own = entry.ending?.isTaken ? noFigures : figures
      recorder.failed(workOf(entry, prepared(entry, this.#step).key), failure.toJSON(), isDead, own)
    }
    return undefined
  }

  #took(entry: Entry, { value, json, isFound }: Result, figures: typeof noFigures): unknown {
    const { recorder, book, shape } = this.#parts
    const own = isFound ? noFigures : figures
    recorder.done(workOf(entry, prepared(entry, this.#step).key), json, own)
    entry.spent(own)
    advance(shape, entry, value)
    book.took(entry, this.#at)
    return this.#onward(entry)
  }

  /** It stays as it is, and nothing is made of it. */
  #leave(entry: Entry): unknown {
    this.#parts.walk.leave(entry, this.#at)
    return this.#step.kind === 'each' ? entry : []
  }

  /** What goes on: the item itself, or those made of it. */
  #onward(entry: Entry): unknown {
    if (this.#step.kind === 'each') return entry
    const { expansion, settling } = this.#parts
    if (entry.made !== undefined && entry.made.length > 0) expansion.made(entry)
    if (entry.children !== undefined) return entry.children
    settling.settle(entry)
    return []
  }
}

/** By whoever runs the job: not for its time. */
function isCancelled({ aborted, reason }: AbortSignal): boolean {
  return aborted && Failure.is(reason) && reason.code === 'CANCELLED'
}

/** It was given up, and may go on where it is. */
function inTheDark({ code, message, retryable, details, cause }: Failure): Failure {
  const look = `${message} and may have taken effect: look, then run weft retry --dead`
  return new Failure(code, look, { retryable, details: { ...details, mayHaveTakenEffect: true }, cause })
}

function isLost(thrown: unknown): thrown is Failure {
  return Failure.is(thrown) && thrown.code === 'WORKER_LOST'
}
