import { Failure } from '../../../core/failure.ts'
import type { Outcome } from '../../../core/outcome.ts'
import type { StepOptions } from '../../../core/pipeline.ts'
import type { TaskContext } from '../../../core/task.ts'
import type { Work } from '../../../journal/journal.ts'
import type { Selection, SelectStep } from '../../steps/step.ts'
import { advance, pass } from '../item/advance.ts'
import { contentKey, jsonOf } from '../item/content-key.ts'
import { type Ending, Entry } from '../item/entry.ts'
import { barrierNumber, comparePaths, pathOf } from '../item/numbers.ts'
import type { Level } from '../item/shape.ts'
import { isNeeded } from '../recall/expansion.ts'
import { noFigures } from '../recall/walk.ts'
import type { WorkParts } from './step-work.ts'

/** Items that are made ready before the event loop turns. */
const atOnce = 512

export interface SelectionParts extends WorkParts {
  /** It is a retry: whether an item goes on, and how it ends, may have changed. */
  readonly isRetry: boolean
}

interface Selected {
  readonly selection: Selection
  readonly json: string
  readonly key: string
}

/** A `select` step: gathers all items, asks once which of them go on, and gives each its part of the answer. */
export class SelectionWork {
  readonly #step: SelectStep
  readonly #at: number
  readonly #level: Level
  readonly #parts: SelectionParts

  constructor(step: SelectStep, at: number, level: Level, parts: SelectionParts) {
    this.#step = step
    this.#at = at
    this.#level = level
    this.#parts = parts
  }

  /** What the pipeline folds the items into. */
  get gathering(): Entry {
    const whole = new Entry(this.#level, barrierNumber, { offset: 0, line: 0, input: null })
    whole.members = []
    // It stands for its members, and has no end of its own.
    whole.isSettled = true
    return whole
  }

  get options(): StepOptions<Entry> {
    const { lane, retry, timeoutMs } = this.#step
    return {
      lane: lane === 'cpu' ? 'io' : lane,
      effects: this.#step.effects,
      ended: this.#ended,
      ...(retry && { retry }),
      ...(timeoutMs !== undefined && { timeoutMs }),
    }
  }

  readonly run = async (whole: Entry, context: TaskContext): Promise<Selected> => {
    const { recorder, book } = this.#parts
    const inputs = await this.#prepare(whole)
    const key = contentKey(this.#step.version, inputs.map((input) => contentKey('', jsonOf(input))).join())
    const work = this.#workOf(key)
    const known = (await recorder.recall([work.item]))
      .get(work.item)
      ?.find((row) => row.step === this.#at && row.key === key)
    const found = known?.state === 'done' ? known : recorder.mayHave(key) ? await recorder.find(key) : undefined
    let selection: Selection
    if (found?.state === 'done') selection = JSON.parse(found.value)
    else {
      recorder.started(work, context.attempt)
      if (this.#step.effects) await recorder.committed()
      book.steps[this.#at]!.running = inputs.length
      whole.ranAt = this.#at
      try {
        selection = checked(await this.#step.run(inputs, context), inputs.length, this.#step.name)
      } finally {
        book.steps[this.#at]!.running = 0
      }
    }
    return { selection, json: jsonOf(selection), key }
  }

  readonly #ended = (whole: Entry, outcome: Outcome<unknown>): unknown => {
    const { book, recorder } = this.#parts
    const isPaid = book.ran(this.#at, outcome, whole.ranAt === this.#at && outcome.status !== 'cancelled')
    recorder.spent(book, isPaid)
    const { attempts, queuedMs, runMs } = outcome
    if (outcome.status === 'cancelled') return undefined
    if (outcome.status === 'done') return this.#goOn(whole, outcome.value as Selected, { attempts, queuedMs, runMs })
    const failure = outcome.status === 'failed' ? outcome.failure : outcome.cause
    for (const member of whole.members!) this.#end(member, { status: outcome.status, failure })
    return undefined
  }

  #goOn(whole: Entry, { selection, json, key }: Selected, figures: typeof noFigures): Entry[] {
    const { recorder, shape } = this.#parts
    const members = whole.members!
    recorder.done(this.#workOf(key), json, figures)
    const kept = new Set(selection.kept)
    for (const [position, member] of members.entries()) {
      if (!kept.has(position))
        this.#end(member, { status: 'skipped', failure: notKept(this.#step.name, selection, position) })
    }
    const going = selection.kept.map((position) => {
      const member = members[position]!
      this.#parts.book.took(member, this.#at)
      const value = selection.values?.[position]
      if (value === undefined) pass(member)
      else {
        recorder.done({ item: member.number, step: this.#at, key: '' }, jsonOf(value), noFigures)
        advance(shape, member, value)
      }
      return member
    })
    whole.members = []
    return going.filter((member) => this.#hasMore(member))
  }

  #hasMore({ settledAs }: Entry): boolean {
    return settledAs === undefined || isNeeded(this.#parts.shape, this.#level, settledAs, this.#at + 1)
  }

  #end(member: Entry, ending: Ending): void {
    this.#parts.settling.settle(member, ending)
  }

  /** In the order of the source. An item of which nothing can be made ready fails by itself. */
  async #prepare(whole: Entry): Promise<unknown[]> {
    const { depth } = this.#level
    const members = whole.members!.sort((one, other) =>
      depth === 0 ? one.number - other.number : comparePaths(pathOf(one.number, depth), pathOf(other.number, depth)),
    )
    const inputs: unknown[] = []
    const ready: Entry[] = []
    for (const [at, member] of members.entries()) {
      if (at % atOnce === atOnce - 1) await new Promise(setImmediate)
      if (this.#parts.isRetry && member.settledAs !== undefined) {
        this.#parts.book.reopenedAt(member, member.settledAs, this.#at)
        member.settledAs = undefined
      }
      try {
        inputs.push(this.#step.prepare(member.view))
        ready.push(member)
      } catch (thrown) {
        this.#end(member, { status: 'failed', failure: Failure.from(thrown) })
      }
    }
    whole.members = ready
    return inputs
  }

  #workOf(key: string): Work {
    return { item: barrierNumber, step: this.#at, key }
  }
}

function notKept(name: string, { reasons }: Selection, position: number): Failure {
  return new Failure('FILTERED', reasons[position] ?? `${name} did not keep it`)
}

function checked(selection: Selection, length: number, name: string): Selection {
  const { kept } = selection
  const isWhole =
    new Set(kept).size === kept.length && kept.every((at) => Number.isInteger(at) && at >= 0 && at < length)
  if (isWhole) return selection
  throw new Failure('INVALID_INPUT', `${name}: expected each position of what is kept once, from 0 to ${length - 1}`)
}
