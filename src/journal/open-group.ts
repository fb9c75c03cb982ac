import type { Group } from '../../workers/journal/protocol.ts'
import type { FailureRecord } from '../core/failure.ts'
import { Columns } from './columns.ts'
import type { Marks, Settled, Work, WorkFigures } from './journal.ts'
import { settledStates, workStates } from './stored.ts'

/** About what a row takes beside its texts, in bytes. */
const rowBytes = 64

/** What is recorded until it is sent: the next group to be committed. */
export class OpenGroup {
  /** About what it takes. */
  bytes = 0
  readonly #work = new Columns()
  #workTexts: string[] = []
  readonly #settled = new Columns()
  #settledTexts: string[] = []
  readonly #marks = new Map<number, string>()
  /** Rows of attempts that were begun in this group, by place: their end makes them superfluous. */
  readonly #begun = new Map<number, number>()

  get isEmpty(): boolean {
    return this.bytes === 0
  }

  started(run: number, work: Work, attempt: number): void {
    const at = this.#addWork(run, work, workStates.started, '', attempt, 0, 0)
    this.#begun.set(placeOf(work), at)
  }

  done(run: number, work: Work, value: string, { attempts, queuedMs, runMs }: WorkFigures): void {
    this.#dropStarted(run, work)
    this.#addWork(run, work, workStates.done, value, attempts, queuedMs, runMs)
  }

  failed(run: number, work: Work, failure: FailureRecord, isDead: boolean, figures: WorkFigures): void {
    this.#dropStarted(run, work)
    const state = isDead ? workStates.dead : workStates.failed
    this.#addWork(run, work, state, JSON.stringify(failure), figures.attempts, figures.queuedMs, figures.runMs)
  }

  undo(run: number, work: Work, isOver: boolean): void {
    this.#addWork(run, work, isOver ? workStates.undone : workStates.undoing, '', 0, 0, 0)
  }

  settled(run: number, item: Settled): void {
    const failure = item.failure === undefined ? '' : JSON.stringify(item.failure)
    this.bytes += rowBytes + item.id.length + item.input.length + failure.length
    const at = this.#settled.grow(12)
    const { cells } = this.#settled
    cells[at] = run
    cells[at + 1] = item.segment
    cells[at + 2] = item.item
    cells[at + 3] = item.sequence
    cells[at + 4] = item.offset
    cells[at + 5] = item.line
    cells[at + 6] = settledStates[item.status]
    cells[at + 7] = item.isDead ? 1 : 0
    cells[at + 8] = item.step
    cells[at + 9] = item.attempts
    cells[at + 10] = item.queuedMs
    cells[at + 11] = item.runMs
    this.#settledTexts.push(item.id, item.input, failure)
  }

  mark(run: number, marks: Marks): void {
    const text = JSON.stringify(marks)
    this.bytes += text.length - (this.#marks.get(run)?.length ?? 0)
    this.#marks.set(run, text)
  }

  /** Takes everything out: what comes next is another group. */
  take(): Group {
    const group: Group = {
      work: this.#work.take(),
      workTexts: this.#workTexts,
      settled: this.#settled.take(),
      settledTexts: this.#settledTexts,
      marks: [...this.#marks],
    }
    this.#workTexts = []
    this.#settledTexts = []
    this.#marks.clear()
    this.#begun.clear()
    this.bytes = 0
    return group
  }

  #addWork(
    run: number,
    work: Work,
    state: number,
    value: string,
    attempts: number,
    queuedMs: number,
    runMs: number,
  ): number {
    this.bytes += rowBytes + work.key.length + value.length
    const at = this.#work.grow(7)
    const { cells } = this.#work
    cells[at] = run
    cells[at + 1] = work.item
    cells[at + 2] = work.step
    cells[at + 3] = state
    cells[at + 4] = attempts
    cells[at + 5] = queuedMs
    cells[at + 6] = runMs
    this.#workTexts.push(work.key, value)
    return at
  }

  #dropStarted(run: number, work: Work): void {
    const at = this.#begun.get(placeOf(work))
    if (at === undefined) return
    const { cells } = this.#work
    // Places of very large item numbers may coincide.
    if (cells[at] !== run || cells[at + 1] !== work.item || cells[at + 2] !== work.step) return
    cells[at + 3] = workStates.dropped
    this.#workTexts[(at / 7) * 2] = ''
  }
}

function placeOf({ item, step }: Work): number {
  return item * 64 + step
}
