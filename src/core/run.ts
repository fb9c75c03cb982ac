import type { Outcome } from './outcome.ts'
import type { RunStatistics } from './statistics.ts'

/** One call of `map` or `stream`, on its way. */
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
  /** The figures up to now, or of the whole run once it has ended. */
  stats(): RunStatistics
}

/** Where a run stands. All together add up to what is known of the source so far. */
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

export interface RunOptions<I> {
  /** What its tasks are called. Default: the function's name. */
  readonly name?: string
  /** Default `io`; `cpu` for a worker task, which takes no other. */
  readonly lane?: string
  /** Groups inputs for the lane's `perKey` limit: the host of a URL, say. Undefined: no limit but the lane's. */
  readonly laneKey?: (input: I) => string | undefined
  /**
   * Most tasks of this run at the same time, counted from the start of an attempt to its end, calls to workers included. Default: twice
   * the slots of its lane, which tasks that wait for a worker do not hold.
   */
  readonly concurrency?: number
  /** Limit on each attempt, in milliseconds. Default 120 000. Its clock stands while the task waits for a lane. */
  readonly timeoutMs?: number
  /** Limit on a task with all its attempts and back-offs, in milliseconds. Default none. Its clock, too, stands while it waits for a lane. */
  readonly totalTimeoutMs?: number
  readonly retry?: RetryOptions
  /** Cancels the run when it is aborted. */
  readonly signal?: AbortSignal
}

/** See RetryPolicy for each default. `{ maxAttempts: 1 }` for no retry. */
export interface RetryOptions {
  readonly maxAttempts?: number
  readonly baseDelayMs?: number
  readonly factor?: number
  readonly maxDelayMs?: number
  readonly maxRetryAfterMs?: number
}

export interface StreamOptions<I> extends RunOptions<I> {
  /** Outcomes in input order. Holds finished ones back, and starts no more than 4 times `concurrency` ahead. Default false. */
  readonly ordered?: boolean
}
