import type { Done, Failed, Outcome } from './outcome.ts'
import type { Policy } from './policy.ts'
import type { MapOptions, Run, RunOptions, TaskOptions } from './run.ts'

/** A run that is awaited for its result. Starts at once. Returned bare from an async function, the language awaits it. */
export interface RunOf<T> extends Run, PromiseLike<T> {}

/** As for `map`; the policy is what the pattern itself is. */
export interface ContestOptions<I> extends Omit<MapOptions<I>, 'policy'> {}

export interface RaceResult<O, I> {
  /** The first that was done or failed. Undefined when none was either: nothing to run, a spent budget, a cancelled run. */
  readonly winner: Done<O, I> | Failed<I> | undefined
  /** Of all inputs, in their order. Those that lost are `cancelled`, and the reason names the winner. */
  readonly outcomes: readonly Outcome<O, I>[]
}

export interface AnyResult<O, I> {
  /** The first that was done. Undefined when none was. */
  readonly winner: Done<O, I> | undefined
  /** Of all inputs, in their order. Those that lost are `cancelled`, and the reason names the winner. */
  readonly outcomes: readonly Outcome<O, I>[]
}

export interface QuorumResult<O, I> {
  /** Whether as many were done as were asked for. */
  readonly reached: boolean
  /** Those that were done, the first first: as many as were asked for, or fewer when it was not reached. */
  readonly winners: readonly Done<O, I>[]
  /** Of all inputs, in their order. */
  readonly outcomes: readonly Outcome<O, I>[]
}

/** As for `map`, without `key`: candidates that share one execution are one candidate. */
export interface BestOfOptions extends Omit<MapOptions<number>, 'key'> {}

export interface BestOfResult<O> {
  /** The first of `ranked`. Undefined when there is none. */
  readonly best: Scored<O> | undefined
  /** The best first; of equal ones the earlier. */
  readonly ranked: readonly Scored<O>[]
  /** Candidates that are done but have no score. */
  readonly unranked: readonly Unranked<O>[]
  /** Of all candidates, in their order. */
  readonly outcomes: readonly Outcome<O, number>[]
}

/** A candidate with its score. */
export interface Scored<O> {
  /** Which candidate, from 0. */
  readonly index: number
  readonly value: O
  /** Higher is better; never NaN. */
  readonly score: number
}

/** A candidate that the score function threw for, or gave no number. */
export interface Unranked<O> {
  readonly index: number
  readonly value: O
  readonly reason: string
  /** What the score function threw, when it did. */
  readonly cause?: unknown
}

/** What is tried: each name with the values that it takes. `{ model: ['small', 'large'], temperature: [0, 0.5, 1] }` */
export type Grid = Readonly<Record<string, readonly unknown[]>>

/** One value of each: `{ model: 'large', temperature: 0.5 }`. */
export type Point<G extends Grid> = { readonly [Name in keyof G]: G[Name][number] }

/** What can be said of a fan-out beside its functions. `name`, `budget` and `signal` are the whole run's, its three phases included. */
export interface FanOutOptions<G, S> extends RunOptions {
  /** Most sub-tasks that a split may give. Default 64. */
  readonly max?: number
  /** Most parts at the same time. Default: twice the slots of their lane. */
  readonly concurrency?: number
  /** When the other parts are given up. `join` gets the outcomes of all. */
  readonly policy?: Policy
  /** Of all three phases, where their own options say nothing else. Default `io`. */
  readonly lane?: string
  readonly splitOptions?: PhaseOptions<G>
  readonly eachOptions?: PhaseOptions<S> & Pick<TaskOptions<S>, 'key'>
  readonly joinOptions?: PhaseOptions<G>
}

/** Of the tasks of one phase. They are called `split`, `each` and `join`. */
export interface PhaseOptions<I> extends Omit<TaskOptions<I>, 'name' | 'key'> {}

export interface FanOutResult<R, G, O, S> {
  /** Of the goal: what `join` gave, or why it did not come to that. */
  readonly outcome: Outcome<R, G>
  /** Of all sub-tasks, in their order; none when the split did not succeed. */
  readonly parts: readonly Outcome<O, S>[]
}
