import { Failure } from '../../../core/failure.ts'
import type { Recorded, Work, WorkFigures } from '../../../journal/journal.ts'
import type { Effects } from '../effects/effects.ts'
import { advance, checkedList, pass, prepared, type WorkingStep } from '../item/advance.ts'
import type { Ending, Entry } from '../item/entry.ts'
import type { Shape } from '../item/shape.ts'
import type { Recorder } from '../settling/recorder.ts'
import type { Interrupted } from './interrupted.ts'
import type { Past } from './past.ts'

export interface WalkParts {
  readonly shape: Shape
  readonly recorder: Recorder
  readonly interrupted: Interrupted
  readonly effects: Effects
  /** Undefined: the run is new. */
  readonly past: Past | undefined
  /** What is dead in other runs is done again, and what was done and whose value is lost: somebody has said so. */
  readonly doesDead: boolean
}

/** Takes items along their steps as far as the journal knows the results. */
export class Walk {
  readonly #shape: Shape
  readonly #recorder: Recorder
  readonly #interrupted: Interrupted
  readonly #effects: Effects
  readonly #past: Past | undefined
  readonly #doesDead: boolean
  #stayedDead = 0

  constructor({ shape, recorder, interrupted, effects, past, doesDead }: WalkParts) {
    this.#shape = shape
    this.#recorder = recorder
    this.#interrupted = interrupted
    this.#effects = effects
    this.#past = past
    this.#doesDead = doesDead
  }

  /** Items that ended as equal work has in another run. */
  get stayedDead(): number {
    return this.#stayedDead
  }

  /** Up to the first step that has to run, the next barrier, its end, or that of its level. */
  async go(entry: Entry): Promise<void> {
    const { steps } = this.#shape
    while (entry.ending === undefined && entry.at <= entry.level.to) {
      const step = steps[entry.at]!
      if (step.kind === 'select' || step.kind === 'collect') return
      if (step.kind === 'filter') this.decide(entry)
      else if (!(await this.#recall(entry, step))) return
    }
    if (entry.at > entry.level.to) entry.rows = undefined
  }

  /** Whether a filter lets the item go on. */
  decide(entry: Entry): boolean {
    const step = this.#shape.steps[entry.at]!
    if (step.kind !== 'filter') throw new TypeError(`${step.name} is no filter`)
    try {
      const verdict = step.keep(entry.view)
      if (verdict === true) pass(entry)
      else entry.ending = { status: 'skipped', failure: verdict }
    } catch (thrown) {
      entry.ending = { status: 'failed', failure: Failure.from(thrown) }
    }
    return entry.ending === undefined
  }

  async #recall(entry: Entry, step: WorkingStep): Promise<boolean> {
    try {
      prepared(entry, step)
    } catch (thrown) {
      entry.ending = { status: 'failed', failure: Failure.from(thrown) }
      return true
    }
    const row = entry.rows?.get(entry.at)
    if (row?.state === 'started') return this.#decideOn(entry, step, row, { ...noFigures, attempts: row.attempt })
    return this.takeRow(entry, step) || (await this.#find(entry, step))
  }

  /** Whether the result of the step was recorded for this very item, and was taken. */
  takeRow(entry: Entry, step: WorkingStep): boolean {
    const row = entry.rows?.get(entry.at)
    if (row === undefined || row.key !== prepared(entry, step).key) return false
    if (this.#doesDead && row.state === 'dead' && row.failure.code === 'JOURNAL_CORRUPT') return false
    if (row.state === 'done') take(this.#shape, entry, step, row.value, row.figures)
    else if (row.state === 'failed' || row.state === 'dead') failAs(entry, row)
    else return false
    return true
  }

  /** The same work may have been done for another item, or in the run before. */
  async #find(entry: Entry, step: WorkingStep): Promise<boolean> {
    const { key } = prepared(entry, step)
    const found = step.effects ? this.#effects.take(key) : await this.#equal(key)
    if (found?.state === 'started') return this.#decideOn(entry, step, found, noFigures)
    if (found?.state === 'dead') {
      const ending = this.#deadAs(found)
      this.#recorder.failed(workOf(entry, key), found.failure, true, noFigures)
      entry.ending = ending
      return true
    }
    if (found?.state !== 'done') return false
    this.#recorder.done(workOf(entry, key), found.value, noFigures)
    take(this.#shape, entry, step, found.value, noFigures)
    return true
  }

  async #equal(key: string): Promise<Recorded | undefined> {
    const found = this.#recorder.mayHave(key) ? await this.#recorder.find(key) : undefined
    return found?.state === 'dead' && this.#doesDead ? undefined : found
  }

  #deadAs({ failure }: Recorded & { readonly state: 'dead' }): Ending {
    this.#stayedDead += 1
    return { status: 'failed', failure: Failure.fromRecord(failure), isDead: true, isTaken: true }
  }

  /**
   * What is known already of a step that is about to begin, as JSON. Of one with effects, what was done for this very item, or in another run;
   * of any other one, what equal work gave. Where somebody has to decide what becomes of it, the item is left as long as nobody has.
   *
   * @param signal aborted: an answer comes too late
   * @throws Failure `INTERRUPTED` when it was begun before, and is not to be again; as which it failed for good in another run
   */
  async known(entry: Entry, step: WorkingStep, signal: AbortSignal): Promise<string | undefined> {
    const { key } = prepared(entry, step)
    const own = await this.#own(entry, step)
    const found = own ?? (step.effects ? this.#effects.take(key) : await this.#equal(key))
    if (found?.state === 'done') return found.value
    if (found?.state === 'dead') {
      entry.ending = own === undefined ? this.#deadAs(found) : { ...this.#deadAs(found), isTaken: false }
      throw notTriedAgain(entry.ending.failure)
    }
    if (found?.state !== 'started') return undefined
    entry.isLeft = true
    const failure = await this.#interrupted.decide(entry, step)
    if (failure === 'left' || signal.aborted) return undefined
    entry.isLeft = false
    if (failure === undefined) return undefined
    if (own === undefined) entry.ending = { status: 'failed', failure, isDead: true, isTaken: true }
    throw failure
  }

  /**
   * The thread that did a step has died in the middle of it. Where that has effects it is as if the process had: whoever decides of such work says
   * whether it may be tried again.
   *
   * @param signal aborted: an answer comes too late
   * @returns as which the attempt failed; `left`: nobody has decided
   */
  async lost(entry: Entry, step: WorkingStep, failure: Failure, signal: AbortSignal): Promise<Failure | 'left'> {
    if (!step.effects || step.onInterrupted === 'rerun') return failure
    entry.isLeft = step.onInterrupted === 'ask'
    const decided = await this.#interrupted.decide(entry, step, failure)
    if (decided === 'left' || (entry.isLeft && signal.aborted)) return 'left'
    entry.isLeft = false
    return decided ?? failure
  }

  /** The item stays where it stands, at that step: nobody has decided yet. */
  leave(entry: Entry, step: number): void {
    this.#interrupted.left(entry)
    this.#interrupted.holdUp(step)
  }

  /**
   * Of an item that the journal was asked about before it came to a barrier, or to a step that had to run, whether what lies behind that was begun.
   * Of what is made anew of an item, of which nobody has asked yet, the same; of a step with effects all that was there before, as equal work does not
   * stand for it. A new run has no such work.
   */
  async #own(entry: Entry, step: WorkingStep): Promise<Recorded | undefined> {
    const { number, at, rows } = entry
    const begun = rows?.get(at)
    if (begun?.state === 'started') {
      rows!.delete(at)
      return begun
    }
    if (rows !== undefined || this.#past === undefined) return undefined
    const { key } = prepared(entry, step)
    const unended = this.#past.takeBegun({ item: number, step: at, key })
    if (unended !== undefined || !step.effects) return unended
    const recalled = (await this.#recorder.recall([number])).get(number)
    return recalled?.find((row) => row.step === at && row.key === key)
  }

  async #decideOn(entry: Entry, step: WorkingStep, row: Recorded, figures: WorkFigures): Promise<boolean> {
    const decided = await this.#interrupted.decide(entry, step)
    entry.rows?.delete(entry.at)
    if (decided === undefined) return false
    if (decided === 'left') {
      entry.isLeft = true
      this.#interrupted.left(entry)
      return false
    }
    this.#recorder.failed(workOf(entry, row.key), decided.toJSON(), true, figures)
    entry.ending = { status: 'failed', failure: decided, isDead: true }
    return true
  }
}

export const noFigures: WorkFigures = { attempts: 0, queuedMs: 0, runMs: 0 }

/** The step at which the item stands. */
export function workOf({ number, at }: Entry, key: string): Work {
  return { item: number, step: at, key }
}

function take(shape: Shape, entry: Entry, step: WorkingStep, json: string, figures: WorkFigures): void {
  const value: unknown = JSON.parse(json)
  entry.spent(figures)
  advance(shape, entry, step.kind === 'expand' ? checkedList(value, step.name) : value)
}

function failAs(entry: Entry, row: Recorded & { readonly state: 'failed' | 'dead' }): void {
  entry.spent(row.figures)
  entry.ending = { status: 'failed', failure: Failure.fromRecord(row.failure), isDead: row.state === 'dead' }
}

/** As it failed; but whatever it says of trying again, that was in vain. */
function notTriedAgain(failure: Failure): Failure {
  return Failure.fromRecord({ ...failure.toJSON(), retryable: false })
}
