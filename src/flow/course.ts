import type { Failure } from '../core/failure.ts'
import type { Outcome } from '../core/outcome.ts'
import type { Progress } from '../core/run.ts'
import type { PathLink } from '../core/statistics.ts'
import type { Tally } from '../core/tally.ts'
import type { OwnedTask } from '../execute/terms.ts'

/** What a run is about: the items of a source, a graph, the stages of a pipeline. It makes the tasks, and knows when there are no more. */
export interface Course {
  /**
   * Begins: makes its lines.
   *
   * @throws Failure when it cannot: the run breaks with it
   */
  open(): void
  /** Whether more tasks may come. A run is over when this is false and none is unsettled. */
  readonly isOpen: boolean
  /** Makes no more tasks. What is known of and never became one ends as said. */
  close(end: End): void
  /** The items that are part of the run as far as one can know now. */
  readonly known: number
  /** The same once nothing can be added. */
  readonly total: number | undefined
  readonly tally: Tally
  readonly criticalPath: readonly PathLink[]
  /** The longest chain of tasks that had to run one after another, in milliseconds. */
  readonly pathMs: number
  /** All is settled. `broken`: why the run as a whole failed, when it did. */
  ended(broken: Failure | undefined): void
}

export function progressOf({ known, tally }: Course, running: number): Progress {
  const { done, failed, skipped, cancelled } = tally
  return { done, failed, skipped, cancelled, running, waiting: known - tally.in - running }
}

/** How tasks end that never begin. */
export type End =
  | { readonly status: 'cancelled'; readonly reason: string }
  | { readonly status: 'skipped'; readonly cause: Failure }

/** Where the tasks of a line come from and what their outcomes lead to. */
export interface Supply<I, O> {
  /** A task that has not been on the line yet, or undefined when there is none now. Leaves the clock freshly read. */
  next(): OwnedTask | undefined
  settled(task: OwnedTask, outcome: Outcome<O, I>): void
}
