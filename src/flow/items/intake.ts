import { Failure } from '../../core/failure.ts'
import type { Outcome } from '../../core/outcome.ts'
import { noUsage } from '../../core/usage.ts'
import { Execution } from '../../execute/execution.ts'
import { type Header, noFailures } from '../../execute/settled.ts'
import type { Terms } from '../../execute/terms.ts'
import type { End } from '../run/course.ts'
import type { Cursor } from './cursor.ts'

/** Makes a task of each input that is read from the source, and an outcome of each that never becomes one. */
export class Intake<I, O> {
  readonly #terms: Terms<I, O>
  readonly #cursor: Cursor<I>
  readonly #neverRan: (outcome: Outcome<O, I>) => void
  readonly #openedAt: number
  readonly #callsBack: boolean
  #read = 0
  #closed = false

  constructor(terms: Terms<I, O>, cursor: Cursor<I>, neverRan: (outcome: Outcome<O, I>) => void) {
    this.#terms = terms
    this.#cursor = cursor
    this.#neverRan = neverRan
    this.#openedAt = terms.services.clock.latest
    this.#callsBack = (terms.laneKey ?? terms.key ?? terms.estimate) !== undefined
  }

  /** How many there are in all, where that is known from the start. */
  get total(): number | undefined {
    return this.#cursor.total
  }

  get isAtEnd(): boolean {
    return this.#cursor.isAtEnd
  }

  /** Inputs that are part of the run as far as one can know now. */
  get known(): number {
    return Math.max(this.#cursor.total ?? 0, this.#read)
  }

  /**
   * The task of the next input; `refused`: it has its outcome already.
   *
   * @throws Failure `SOURCE_FAILED`
   */
  next(): Execution<I, O> | 'refused' | 'later' | 'end' {
    const { clock } = this.#terms.services
    const step = this.#cursor.advance()
    const isArray = this.#cursor.total !== undefined
    // The source may have taken its time.
    if (!isArray) clock.now()
    if (step !== 'item') return step
    const index = this.#read++
    const input = this.#cursor.current
    // The items of an array have been waiting since the run began, those of other sources since they were read.
    const queuedAt = isArray ? this.#openedAt : clock.latest
    return this.#callsBack ? this.#ask(index, input, queuedAt) : new Execution(this.#terms, index, input, queuedAt)
  }

  /** Reads no more. What is known to be in the source is part of the run all the same, and ends as said. */
  close(end: End): void {
    if (this.#closed) return
    this.#closed = true
    if (this.#cursor.total !== undefined) {
      while (this.#cursor.advance() === 'item') {
        this.#neverRan({ ...this.#header(this.#read++, this.#cursor.current), ...end })
      }
    }
    this.#cursor.close()
  }

  /** `laneKey`, `key` and `estimate` are the caller's functions: they may take their time, and what they throw is this item's failure. */
  #ask(index: number, input: I, queuedAt: number): Execution<I, O> | 'refused' {
    try {
      return new Execution(this.#terms, index, input, queuedAt)
    } catch (thrown) {
      this.#neverRan({ ...this.#header(index, input), status: 'failed', failure: Failure.from(thrown) })
      return 'refused'
    } finally {
      this.#terms.services.clock.now()
    }
  }

  #header(index: number, input: I): Header<I> {
    const { idPrefix, name } = this.#terms
    const id = idPrefix + index
    return { id, name, index, input, attempts: 0, retried: noFailures, queuedMs: 0, runMs: 0, usage: noUsage }
  }
}
