import type { Tally } from './tally.ts'
import type { Usage } from './usage.ts'

/** The figures of a run, at its end or on the way. All times in milliseconds. */
export interface RunStatistics {
  /** Items settled so far: tasks, or in a pipeline the items of its source. Those of child runs are in `children`. */
  readonly tally: Tally
  /** Items that a pipeline made on its way (of a flatMap, a batch, a collect, a reduce) and that have settled. Elsewhere zeros. */
  readonly derived: Tally
  /** From the run's start to its end, or to now. */
  readonly wallMs: number
  /** Sum of the tasks' own durations, child runs included: what they would take one after another. */
  readonly sumMs: number
  /** The longest task. */
  readonly longestMs: number
  /** sumMs / wallMs: an estimate. Only running the job sequentially measures it. */
  readonly speedUp: number
  /**
   * What no schedule can beat: max(longest task, longest chain of tasks, sumMs / concurrency, work on a lane / its capacity). `reached` is
   * its share of wallMs, at most 1. Back-offs, rates and waiting for a busy neighbour are in none of them.
   */
  readonly bound: { readonly ms: number; readonly by: string; readonly reached: number }
  /** The chain of tasks that made the run as long as it was: each began when the one before it had ended. First to last. */
  readonly criticalPath: readonly PathLink[]
  /** Waiting for a lane, per task. */
  readonly queuedMs: MeanAndMax
  /** Begun, those of child runs included, as in all that follows. */
  readonly attempts: number
  /** Attempts after a failed one. */
  readonly retries: number
  /** Second attempts beside slow ones. */
  readonly hedges: number
  /** Attempts that were given up (time limit, cancellation) and whose functions still run. */
  readonly abandoned: number
  readonly usage: Usage
  readonly lanes: Readonly<Record<string, LaneStatistics>>
  /** The steps of a pipeline in order, then the child runs by name. */
  readonly stages: readonly StageStatistics[]
  /** Tasks of child runs. */
  readonly children: Tally
  readonly loopDelay: LoopDelay
  /** Tasks that kept the event loop from turning for over 50 ms, the longest first, at most 20. */
  readonly blocking: readonly Blocking[]
}

export interface MeanAndMax {
  readonly mean: number
  readonly max: number
}

/** One task of a critical path. */
export interface PathLink {
  readonly name: string
  readonly queuedMs: number
  readonly runMs: number
}

export interface StageStatistics {
  readonly name: string
  /** Of its tasks. */
  readonly tally: Tally
  readonly sumMs: number
  readonly longestMs: number
  readonly queuedMs: MeanAndMax
  readonly attempts: number
  readonly usage: Usage
}

export interface LaneStatistics {
  /** Time that tasks of this run used the lane. */
  readonly workMs: number
  /** Slots that this run could use at the same time. */
  readonly capacity: number
  /** workMs / (wallMs * capacity) */
  readonly utilisation: number
}

/** By how much a timer of 1 ms was late on the event loop: an idle loop reads about 1 ms. */
export interface LoopDelay {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

export interface Blocking {
  readonly id: string
  readonly name: string
  readonly ms: number
  /**
   * True: it took so long until the function had returned, what a listener did with the task's start included. False: the loop stood still for
   * so long after this task began or before it ended, so that, or something else in the same turn, did it.
   */
  readonly exact: boolean
}
