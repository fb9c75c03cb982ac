import type { Failure } from '../../core/failure.ts'
import type { Outcome } from '../../core/outcome.ts'
import type { PathLink } from '../../core/statistics.ts'
import { addUsage, noUsage, type Usage } from '../../core/usage.ts'
import { noFailures } from '../../execute/settled.ts'
import type { Fifo } from '../../schedule/fifo.ts'
import type { Ending } from './ending.ts'
import type { Operator } from './operators.ts'

/** One thing on its way through a pipeline, from where it was made to its outcome. The course moves it on. */
export class Item {
  readonly prefix: string
  readonly number: number
  readonly index: number
  readonly parent: string | undefined
  readonly isDerived: boolean
  input: unknown
  value: unknown
  /** Of the operator at which it is. */
  name: string
  segment: Place | undefined
  /** Operators of its segment that it has begun. */
  at = 0
  /** It has left the operators of its segment: it waits for its turn to go on, where there is an order. */
  isReady = false
  /** How it ended. Where there is an order, it goes on with it through all segments, to come out in its place. */
  outcome: Outcome<unknown> | undefined
  /** The task of a step has just ended: whoever listens knows. */
  isReported = false
  /** The run was told of its end. */
  isTold = false
  last: Link | undefined
  /** Of all steps that had to come one after another for it, in milliseconds. */
  pathMs = 0
  #attempts = 0
  #retried: readonly Failure[] = noFailures
  #queuedMs = 0
  #runMs = 0
  #usage: Usage = noUsage

  constructor(origin: Origin, number: number, value: unknown) {
    this.prefix = origin.prefix
    this.number = number
    this.index = origin.index ?? number
    this.name = origin.name
    this.parent = origin.parent?.id
    this.isDerived = origin.isDerived
    this.input = value
    this.value = value
    if (origin.parent !== undefined) this.follow(origin.parent)
  }

  get id(): string {
    return this.prefix + this.number
  }

  /** Moves into a segment, out of the one that it was in. */
  enter(segment: Place): void {
    if (this.segment !== undefined) this.segment.count -= 1
    this.segment = segment
    segment.count += 1
    segment.order?.push(this)
    this.at = 0
    this.isReady = false
    this.isReported = false
  }

  /** A step has ended for it. */
  took(outcome: Outcome<unknown>): void {
    this.isReported = true
    if (outcome.attempts === 0) return
    const { name, index, queuedMs, runMs, retried, usage } = outcome
    this.#attempts += outcome.attempts
    this.#queuedMs += queuedMs
    this.#runMs += runMs
    this.pathMs += runMs
    if (retried.length > 0) this.#retried = [...this.#retried, ...retried]
    if (usage !== noUsage) this.#usage = addUsage(this.#usage, usage)
    this.last = { name, index, queuedMs, runMs, before: this.last }
  }

  /** It could not be before this one. */
  follow(other: Item): void {
    this.last = other.last
    this.pathMs = Math.max(this.pathMs, other.pathMs)
  }

  end(ending: Ending): Outcome<unknown> {
    const { value, ...done } = this.finish()
    this.value = undefined
    this.outcome = { ...done, ...ending }
    return this.outcome
  }

  /** Written out in one piece, as in `doneOutcome`. */
  finish(): Outcome<unknown> & { readonly status: 'done' } {
    const outcome = {
      status: 'done' as const,
      value: this.value,
      id: this.id,
      name: this.name,
      index: this.index,
      input: this.input,
      attempts: this.#attempts,
      retried: this.#retried,
      queuedMs: this.#queuedMs,
      runMs: this.#runMs,
      usage: this.#usage,
    }
    const whole = this.parent === undefined ? outcome : { ...outcome, parent: this.parent }
    this.outcome = whole
    return whole
  }
}

/** A segment as the items in it see it. */
export interface Place {
  readonly operators: readonly Operator[]
  /** What stands at its end; undefined: the way out. */
  readonly gateway: { readonly name: string; push(item: Item): void } | undefined
  /** Items in it: at its steps, held back for their turn, at the door of its gateway. */
  count: number
  /** In the order in which they came in, if they are to leave so. */
  readonly order: Fifo<Item> | undefined
}

/** Where items come from. */
export interface Origin {
  /** What their ids begin with; their number follows. */
  readonly prefix: string
  /** Undefined: their number. */
  readonly index: number | undefined
  readonly name: string
  readonly parent: Item | undefined
  readonly isDerived: boolean
}

/** A step that an item took, and the one that it could not have begun before. */
export interface Link extends PathLink {
  readonly index: number
  readonly before: Link | undefined
}

/** First to last. */
export function pathTo(last: Link | undefined): PathLink[] {
  const path: PathLink[] = []
  for (let link = last; link !== undefined; link = link.before) {
    path.push({ name: `${link.name} #${link.index}`, queuedMs: link.queuedMs, runMs: link.runMs })
  }
  return path.reverse()
}
