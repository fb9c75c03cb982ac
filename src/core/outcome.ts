import { Failure } from './failure.ts'
import type { Usage } from './usage.ts'

/** How one task ended. Exactly one of four; match on `status`. */
export type Outcome<T, I = unknown> = Done<T, I> | Failed<I> | Skipped<I> | Cancelled<I>

export type OutcomeStatus = Outcome<unknown>['status']

interface Settled<I> {
  /** Unique within the process: `<run id>/<index>`; of an item that a pipeline made on its way, a longer one. */
  readonly id: string
  /** What the task is called in statistics and messages; in a pipeline the step at which the item ended. */
  readonly name: string
  /** Position of the input in its source, from 0. What a flatMap makes has that of its parent; batches have their own numbers. */
  readonly index: number
  /** The id of the item that a flatMap of a pipeline made it of. */
  readonly parent?: string
  readonly input: I
  /** Attempts started, those included that the provider refused for its rate (`retry` does not count them); 0 when the task never ran. */
  readonly attempts: number
  /** Why the attempts before the last one failed, oldest first. */
  readonly retried: readonly Failure[]
  /** Total time in which it could have run but had to wait for a lane, in milliseconds. Back-offs are in neither figure. */
  readonly queuedMs: number
  /** Total time its attempts and the worker tasks they called took, in milliseconds. */
  readonly runMs: number
  readonly usage: Usage
}

export interface Done<T, I = unknown> extends Settled<I> {
  readonly status: 'done'
  readonly value: T
}

export interface Failed<I = unknown> extends Settled<I> {
  readonly status: 'failed'
  readonly failure: Failure
}

/** Not run because of something other than itself. */
export interface Skipped<I = unknown> extends Settled<I> {
  readonly status: 'skipped'
  readonly cause: Failure
}

export interface Cancelled<I = unknown> extends Settled<I> {
  readonly status: 'cancelled'
  readonly reason: string
}

/** What outcomes of this type hold when they are done. */
export type ValueOf<O> = O extends Done<infer T, unknown> ? T : never

/** The values of outcomes that are all done, in the same order. Throws one AggregateError that names every other outcome. */
export function values<O extends Outcome<unknown>>(outcomes: Iterable<O>): ValueOf<O>[] {
  const all: Outcome<unknown>[] = [...outcomes]
  const errors = all.flatMap((outcome) => (outcome.status === 'done' ? [] : [asError(outcome)]))
  if (errors.length === 0) return all.map((outcome) => (outcome as Done<ValueOf<O>>).value)
  const named = errors.map((error) => error.message).join('; ')
  throw new AggregateError(errors, `${errors.length} of ${all.length} tasks gave no value: ${named}`)
}

/** The value of an outcome that is done; else throws what was in its way. */
export function unwrap<T>(outcome: Outcome<T>): T {
  if (outcome.status === 'done') return outcome.value
  throw failureOf(outcome)
}

/** Why there is no value. */
export function failureOf(outcome: Failed | Skipped | Cancelled): Failure {
  if (outcome.status === 'failed') return outcome.failure
  return outcome.status === 'skipped' ? outcome.cause : new Failure('CANCELLED', outcome.reason)
}

function asError(outcome: Failed | Skipped | Cancelled): Error {
  const what = `${outcome.name} #${outcome.index}`
  if (outcome.status === 'cancelled') return new Failure('CANCELLED', `${what} was cancelled: ${outcome.reason}`)
  const failure = outcome.status === 'failed' ? outcome.failure : outcome.cause
  return new Failure(failure.code, `${what} ${outcome.status}: ${failure.code}: ${failure.message}`, { cause: failure })
}
