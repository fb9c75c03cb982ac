import type { Outcome } from './outcome.ts'
import type { Policy } from './policy.ts'
import type { RunStatistics } from './statistics.ts'
import type { Usage } from './usage.ts'

/** One call of `map`, `stream`, `graph` or any other pattern, on its way. */
export interface Run {
  /** Unique within the process. */
  readonly id: string
  /** Aborted when the run is cancelled, by whomever; its reason is a Failure. */
  readonly signal: AbortSignal
  readonly progress: Progress
  /**
   * Ends the run now. Running tasks get the signal and are not waited for; they and all that wait end as `cancelled`. Of a source
   * whose length is not known, what was not read yet is not part of the run.
   */
  cancel(reason?: string): void
  /** Starts nothing more and lets what runs end. What waits ends as `cancelled`, as with `cancel`. */
  drain(reason?: string): void
  /** Starts nothing more, until `resume`, in this run and its child runs. What runs goes on; time limits of runs and budgets too. */
  pause(): void
  resume(): void
  /** Whether it was paused, itself or with the run that it is a child of. */
  readonly paused: boolean
  /** The figures up to now, or of the whole run once it has ended. */
  stats(): RunStatistics
}

/** Where a run stands; in a pipeline, with the items that it made on its way. All together add up to what is known of the source so far. */
export interface Progress {
  readonly done: number
  readonly failed: number
  readonly skipped: number
  readonly cancelled: number
  readonly running: number
  /** Not started yet, backing off before another attempt, or, for a source of unknown length, read but not started. */
  readonly waiting: number
}

/** Starts at once; awaiting it gives every outcome, in input order. Returned bare from an async function, the language awaits it. */
export interface MapRun<O, I> extends Run, PromiseLike<Outcome<O, I>[]> {}

/** Starts when it is iterated, which can be done once. Leaving the loop cancels the rest. */
export interface StreamRun<O, I> extends Run, AsyncIterable<Outcome<O, I>> {}

/** What `map` and `stream` read their items from. An async one is read with back-pressure. A string is refused. */
export type Source<I> = Iterable<I> | AsyncIterable<I>

/** What can be said of a task, wherever it stands: in a map, in a graph, as the step of a pipeline. */
export interface TaskOptions<I> {
  /** What it is called in outcomes, statistics and messages. Default: the function's name. */
  readonly name?: string
  /** Default `io`; `cpu` for a worker task, which takes no other. */
  readonly lane?: string
  /** Groups inputs for the lane's `perKey` limits: the host of a URL, say. Undefined: no limit but the lane's. */
  readonly laneKey?: (input: I) => string | undefined
  /** Under which name durations and usage are learned. Default: the function itself, so an inline arrow is a new kind in each run. */
  readonly kind?: string
  /** Higher ones are begun first, among all that wait for the lane. Default 0. */
  readonly priority?: number
  /** Limit on each attempt, in milliseconds. Default 120 000. Its clock stands while the task waits for a lane or for child runs. */
  readonly timeoutMs?: number
  /** Limit on a task with all its attempts and back-offs, in milliseconds. Default none. Its clock stands as that of `timeoutMs` does. */
  readonly totalTimeoutMs?: number
  readonly retry?: RetryOptions
  /** A second attempt beside one that is slow, once for each attempt. Default: none. */
  readonly hedge?: HedgeOptions
  /** It changes something outside, so that doing it twice is not the same: it is never hedged, nor retried when its time was over. Default false. */
  readonly effects?: boolean
  /**
   * Single-flight: while a task of this kind with this key is on, others with the same key wait for it and end as it does, in whatever run
   * of the runtime they are. Undefined: on its own. So is every child run's task, and every spawned one, of a
   * task that has a key.
   */
  readonly key?: (input: I) => string | undefined
  /**
   * What an attempt is expected to use; reserved in the lane's rates and the run's budget, and set right with what it reports. Default: the
   * mean of what this kind has used so far.
   */
  readonly estimate?: Partial<Usage> | ((input: I) => Partial<Usage>)
}

/**
 * See RetryPolicy for each default. `{ maxAttempts: 1 }` for no retry. What a provider refuses for its rate (429) counts as no attempt, unless it
 * says nothing else for ten minutes, to the task or to anybody: it waits for its lane again, within `maxElapsedMs`.
 */
export interface RetryOptions {
  readonly maxAttempts?: number
  readonly baseDelayMs?: number
  readonly factor?: number
  readonly maxDelayMs?: number
  readonly maxRetryAfterMs?: number
  readonly maxElapsedMs?: number
}

/** J. Dean, L. A. Barroso, "The Tail at Scale", CACM 2013: whoever answers first wins, the other is cancelled. */
export interface HedgeOptions {
  /** How long the attempt may take before a second one is begun, in milliseconds; `p95`: what 95 % of the lane's attempts took, once 20 are known. */
  readonly afterMs: number | 'p95'
  /** Most second attempts as a share of all attempts of the run. Default 0.05: a run of fewer than 20 tasks has none. */
  readonly maxExtra?: number
}

/** What can be said of a run as a whole. */
export interface RunOptions {
  /** What the run is called in events and statistics. Default: what its tasks are called. */
  readonly name?: string
  /** Most tasks of this run at the same time, counted from the start of an attempt to its end, calls to workers and child runs included. */
  readonly concurrency?: number
  /** When the rest is given up. Default `settle`: never. */
  readonly policy?: Policy
  /** What the run, its child runs included, may use. What does not fit is `skipped` with `BUDGET_SPENT`. */
  readonly budget?: BudgetOptions
  /** Cancels the run when it is aborted. */
  readonly signal?: AbortSignal
}

/**
 * Each may be left out: no limit. What runs when a limit is reached goes on; nothing more begins. A task that does not fit beside what is
 * reserved for those that run waits until one of them ends, and those behind it with it.
 */
export interface BudgetOptions {
  /** Input and output tokens together. */
  readonly tokens?: number
  readonly costUsd?: number
  /** From the run's start, in milliseconds. */
  readonly wallMs?: number
  /** Tasks begun. */
  readonly tasks?: number
}

/** `concurrency` is by default twice the slots of the lane, which tasks that wait for a worker or a child run do not hold. */
export interface MapOptions<I> extends TaskOptions<I>, RunOptions {
  /** What the run and its tasks are called. Default: the function's name. */
  readonly name?: string
}

export interface StreamOptions<I> extends MapOptions<I> {
  /** Outcomes in input order. Holds finished ones back, and starts no more than 4 times `concurrency` ahead. Default false. */
  readonly ordered?: boolean
}
