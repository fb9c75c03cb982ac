import { Failure } from '../../core/failure.ts'
import type { Recorded, Work, WorkFigures } from '../../journal/journal.ts'
import { advance, checkedList, pass, prepared, type WorkingStep } from './advance.ts'
import type { Entry } from './entry.ts'
import type { Interrupted } from './interrupted.ts'
import type { Recorder } from './recorder.ts'
import type { Shape } from './shape.ts'

/** Takes items along their steps as far as the journal knows the results. */
export class Walk {
  readonly #shape: Shape
  readonly #recorder: Recorder
  readonly #interrupted: Interrupted

  constructor(shape: Shape, recorder: Recorder, interrupted: Interrupted) {
    this.#shape = shape
    this.#recorder = recorder
    this.#interrupted = interrupted
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
    if (row?.state === 'started') return this.#decideOn(entry, step, row)
    return this.takeRow(entry, step) || (await this.#find(entry, step))
  }

  /** Whether the result of the step was recorded for this very item, and was taken. */
  takeRow(entry: Entry, step: WorkingStep): boolean {
    const row = entry.rows?.get(entry.at)
    if (row === undefined || row.key !== prepared(entry, step).key) return false
    if (row.state === 'done') take(this.#shape, entry, step, row.value, row.figures)
    else if (row.state === 'failed' || row.state === 'dead') failAs(entry, row)
    else return false
    return true
  }

  /** The same work may have been done for another item, or in the run before. */
  async #find(entry: Entry, step: WorkingStep): Promise<boolean> {
    const { key } = prepared(entry, step)
    if (!this.#recorder.mayHave(key)) return false
    const found = await this.#recorder.find(key)
    if (found?.state !== 'done') return false
    this.#recorder.done(workOf(entry, key), found.value, noFigures)
    take(this.#shape, entry, step, found.value, noFigures)
    return true
  }

  async #decideOn(entry: Entry, step: WorkingStep, row: Recorded): Promise<boolean> {
    const decided = await this.#interrupted.decide(entry, step, row)
    entry.rows?.delete(entry.at)
    if (decided === undefined) return false
    if (decided === 'left') {
      entry.isLeft = true
      return false
    }
    this.#recorder.failed(workOf(entry, row.key), decided.toJSON(), true, noFigures)
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
