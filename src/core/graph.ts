import type { Outcome } from './outcome.ts'
import type { Run, TaskOptions } from './run.ts'

/**
 * One task of a graph: an inert description, bound to no runtime and to no name. Made by `task()`. Graphs name it, other tasks need it,
 * and the same handle may stand in any number of graphs.
 */
export interface TaskHandle<O> {
  readonly kind: 'graph-task'
  /** In the order in which they were written. */
  readonly needs: readonly Need[]
  /** A function, a worker task or a lane task: see `GraphWork`. */
  readonly work: unknown
  /** What the work is given, made of the values of its needs. Without it: these values themselves, by key. */
  readonly input: ((needs: never) => unknown) | undefined
  readonly options: GraphTaskOptions<never>
  /** Never there at run time: carries the type of the result. */
  readonly result?: O
}

/** One need of a task. */
export interface Need {
  /** The key under which the task finds its value. */
  readonly as: string
  /** A handle, or the name of a task of the same graph. */
  readonly of: TaskHandle<unknown> | string
  /** Whether the task runs although this need gave no value. */
  readonly optional: boolean
}

/** A need that may fail: its value is then undefined, and the task runs all the same. Made by `optional()`. */
export interface OptionalNeed<T extends TaskHandle<unknown> | string = TaskHandle<unknown> | string> {
  readonly kind: 'optional-need'
  readonly of: T
}

/** Needs by handle, under keys of the task's own, or by name, for graphs that are known only at run time. */
export type Needs = NeedsByHandle | NeedsByName

export type NeedsByHandle = Readonly<Record<string, TaskHandle<unknown> | OptionalNeed<TaskHandle<unknown>>>>

export type NeedsByName = readonly (string | OptionalNeed<string>)[]

/** The values of needs by their keys: `O` of a handle, `O | undefined` of an optional one, `unknown` of a name. */
export type NeedValues<N extends Needs> = N extends NeedsByName
  ? { readonly [K in NameOf<N[number]>]: unknown }
  : { readonly [K in keyof N]: ValueOf<N[K]> }

type NameOf<T> = T extends OptionalNeed<infer S extends string> ? S : T extends string ? T : never

type ValueOf<T> = T extends OptionalNeed<infer H> ? ResultOf<H> | undefined : ResultOf<T>

type ResultOf<H> = H extends TaskHandle<infer O> ? O : never

/** The values of a task that needs nothing. */
export type NoNeeds = Readonly<Record<string, never>>

/** How one task of a graph runs. `I` is what its work is given; `name` is by default its name in the graph. */
export interface GraphTaskOptions<I> extends TaskOptions<I> {
  /** How long one attempt is expected to take, in milliseconds. Default: what was learned of its kind. */
  readonly expectedMs?: number
}

/** The tasks of a graph by name. What they need and nobody named is pulled in. */
export type GraphInput =
  | Readonly<Record<string, TaskHandle<unknown>>>
  | Iterable<readonly [name: string, handle: TaskHandle<unknown>]>

/** How each task of a graph ended, by name. Those that were pulled in or spawned stand there too, beyond what the type knows. */
export type GraphOutcomes<T extends GraphInput> =
  T extends Iterable<readonly [string, infer H]>
    ? Readonly<Record<string, Outcome<ResultOf<H>>>>
    : { readonly [K in keyof T]: Outcome<ResultOf<T[K]>> }

/** What is to be expected of a graph, without running it. All times in milliseconds. */
export interface Plan {
  /** Names of tasks: those that need nothing, then those that need only these, and so on. */
  readonly levels: readonly (readonly string[])[]
  /** The longest chain of needs, by expected durations, from first to last. */
  readonly criticalPath: { readonly names: readonly string[]; readonly ms: number }
  /** Expected time from the first start to the last end, with the capacities that the lanes have. */
  readonly makespanMs: number
  /** Sum of all expected durations. */
  readonly workMs: number
}

/** Starts at once; awaiting it gives the outcome of each task by its name. */
export interface GraphRun<T extends GraphInput> extends Run, PromiseLike<GraphOutcomes<T>> {}
