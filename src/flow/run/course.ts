import type { Failure } from '../../core/failure.ts'
import type { Outcome } from '../../core/outcome.ts'
import type { Progress } from '../../core/run.ts'
import type { PathLink } from '../../core/statistics.ts'
import { noTally, type Tally } from '../../core/tally.ts'
import type { OwnedTask } from '../../execute/terms.ts'

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
  /** Something may go on now that could not before: the run was resumed, say. */
  wake?(): void
  /** Makes no more tasks. What is known of and never became one ends as said. */
  close(end: End): void
  /** The items that are part of the run as far as one can know now. */
  readonly known: number
  /** The same once nothing can be added. */
  readonly total: number | undefined
  readonly tally: Tally
  /** The items that it made on its way: so far, and those that have settled. Undefined: it makes none. */
  readonly derived?: { readonly known: number; readonly tally: Tally }
  readonly criticalPath: readonly PathLink[]
  /** The longest chain of tasks that had to run one after another, in milliseconds. */
  readonly pathMs: number
  /** All is settled. `broken`: why the run as a whole failed, when it did. */
  ended(broken: Failure | undefined): void
}

export function progressOf({ known, tally, derived }: Course, running: number): Progress {
  const more = derived?.tally ?? noTally
  const waiting = known + (derived?.known ?? 0) - tally.in - more.in - running
  return {
    done: tally.done + more.done,
    failed: tally.failed + more.failed,
    skipped: tally.skipped + more.skipped,
    cancelled: tally.cancelled + more.cancelled,
    running,
    waiting,
  }
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
  /** The run has been told of that too: what follows from it on other lanes may begin. */
  afterwards?(): void
}
