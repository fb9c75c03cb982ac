import type { Failure } from '../core/failure.ts'
import type { Cancelled, Done } from '../core/outcome.ts'
import type { Usage } from '../core/usage.ts'

export type Header<I> = Omit<Cancelled<I>, 'status' | 'reason'>

/** A task at its end. */
interface Ended<I> {
  readonly id: string
  readonly name: string
  readonly index: number
  readonly input: I
  readonly attempts: number
  readonly retried: readonly Failure[]
  readonly queuedMs: number
  readonly runMs: number
  readonly usage: Usage
}

/** Written out in one piece: it is how nearly every task ends, and a spread costs as much as all the rest of it. */
export function doneOutcome<I, O>(task: Ended<I>, value: O): Done<O, I> {
  return {
    status: 'done',
    value,
    id: task.id,
    name: task.name,
    index: task.index,
    input: task.input,
    attempts: task.attempts,
    retried: task.retried,
    queuedMs: task.queuedMs,
    runMs: task.runMs,
    usage: task.usage,
  }
}

/** What every outcome of a task says, however it ended. */
export function headerOf<I>(task: Ended<I>): Header<I> {
  const { status, value, ...header } = doneOutcome(task, undefined)
  return header
}

export const noFailures: readonly Failure[] = Object.freeze([])
