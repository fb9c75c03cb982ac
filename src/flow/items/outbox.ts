import type { Failure } from '../../core/failure.ts'
import type { Outcome } from '../../core/outcome.ts'
import { Fifo } from '../../schedule/fifo.ts'
import type { Collector } from './collector.ts'

/** By how many times `concurrency` an ordered stream may run ahead of the outcome that is to be yielded next. */
const orderedWindow = 4

/** The outcomes of a stream between the run and its consumer. */
export class Outbox<O, I> implements Collector<O, I> {
  readonly window: number
  readonly #taken: () => void
  readonly #ready = new Fifo<Outcome<O, I>>()
  /** Outcomes of an ordered stream whose turn has not come, by index. */
  readonly #early: Map<number, Outcome<O, I>> | undefined
  #nextIndex = 0
  readonly #takers = new Fifo<PromiseWithResolvers<IteratorResult<Outcome<O, I>, undefined>>>()
  #ended = false
  #broken: Failure | undefined

  /** @param taken called after each outcome that was taken: there may be room for another task */
  constructor(concurrency: number, ordered: boolean, taken: () => void) {
    this.window = ordered ? orderedWindow * concurrency : concurrency
    this.#early = ordered ? new Map() : undefined
    this.#taken = taken
  }

  /** Whether taking gives an answer at once. */
  get isReady(): boolean {
    return this.#ready.size > 0 || this.#ended
  }

  get held(): number {
    return this.#ready.size + (this.#early?.size ?? 0)
  }

  deliver(outcome: Outcome<O, I>): void {
    if (this.#early === undefined) return this.#offer(outcome)
    this.#early.set(outcome.index, outcome)
    for (let next = this.#early.get(this.#nextIndex); next !== undefined; next = this.#early.get(this.#nextIndex)) {
      this.#early.delete(this.#nextIndex)
      this.#nextIndex += 1
      this.#offer(next)
    }
  }

  ended(broken: Failure | undefined): void {
    this.#ended = true
    this.#broken = broken
    for (let taker = this.#takers.shift(); taker !== undefined; taker = this.#takers.shift()) this.#answerEnd(taker)
  }

  take(): Promise<IteratorResult<Outcome<O, I>, undefined>> {
    const taker = Promise.withResolvers<IteratorResult<Outcome<O, I>, undefined>>()
    const value = this.#ready.shift()
    if (value !== undefined) {
      taker.resolve({ done: false, value })
      this.#taken()
    } else if (this.#ended) this.#answerEnd(taker)
    else this.#takers.push(taker)
    return taker.promise
  }

  /** Nobody will take anything any more. */
  discard(): void {
    while (this.#ready.size > 0) this.#ready.shift()
    this.#early?.clear()
    this.#broken = undefined
    this.ended(undefined)
  }

  #offer(outcome: Outcome<O, I>): void {
    const taker = this.#takers.shift()
    if (taker === undefined) this.#ready.push(outcome)
    else taker.resolve({ done: false, value: outcome })
  }

  /** A broken run says so once, after the last outcome. */
  #answerEnd(taker: PromiseWithResolvers<IteratorResult<Outcome<O, I>, undefined>>): void {
    const broken = this.#broken
    this.#broken = undefined
    if (broken === undefined) taker.resolve({ done: true, value: undefined })
    else taker.reject(broken)
  }
}
