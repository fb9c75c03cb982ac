import type { Outcome } from './outcome.ts'
import type { RetryOptions } from './run.ts'
import type { TaskContext, WorkerTask } from './task.ts'
import type { Usage } from './usage.ts'

/**
 * One task of a graph: an inert description, bound to no runtime and to no name. Made by `task()`. Graphs name it, other tasks need it,
 * and the same handle may stand in any number of graphs.
 */
export interface TaskHandle<O> {
  readonly kind: 'graph-task'
  /** In the order in which they were written. */
  readonly needs: readonly Need[]
  readonly work: GraphWork<never, O>
  /** What the work is given, made of the values of its needs. Without it: these values themselves, by key. */
  readonly input: ((needs: never) => unknown) | undefined
  readonly options: GraphTaskOptions<never>
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

/** What a task of a graph runs: a function on the event loop, or a worker task. `I` is the record of its needs' values, or what `input` makes of it. */
export type GraphWork<I, O> = GraphFunction<I, O> | WorkerTask<I, O>

export type GraphFunction<I, O> = (input: I, context: GraphContext) => O | PromiseLike<O>

/** What one attempt of a graph's task is given beside its input. */
export interface GraphContext extends TaskContext {
  /**
   * Adds a task to the graph that is running. It may need any task that is in the graph, ended ones included, but what runs cannot wait for
   * what needs it. Awaiting gives its outcome.
   *
   * Rejects with a Failure, and changes nothing, for what `graph` itself refuses: `GRAPH_CYCLE`, `UNKNOWN_NEED`, `SELF_NEED`,
   * `DUPLICATE_NAME`, `DUPLICATE_NEED`, `DUPLICATE_HANDLE`, `INVALID_INPUT`.
   */
  spawn<O>(name: string, handle: TaskHandle<O>): PromiseLike<Outcome<O>>
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

/** How one task of a graph runs. `I` is what its work is given. */
export interface GraphTaskOptions<I> {
  /** What it is called in statistics and messages. Default: its name in the graph. */
  readonly name?: string
  /** Default `io`; `cpu` for a worker task, which takes no other. */
  readonly lane?: string
  /** Which group of the lane's `perKey` limits it belongs to. Undefined: none. */
  readonly laneKey?: (input: I) => string | undefined
  /** What its duration and usage are learned under, and expected by. Default: the work itself. */
  readonly kind?: string
  /** Higher goes first, whatever the critical path. Default 0. */
  readonly priority?: number
  /** How long one attempt is expected to take, in milliseconds. Default: what was learned of its kind. */
  readonly expectedMs?: number
  /** Limit on each attempt, in milliseconds. Default 120 000. Its clock stands while the task waits for a lane. */
  readonly timeoutMs?: number
  /** Limit on the task with all its attempts and back-offs, in milliseconds. Default none. */
  readonly totalTimeoutMs?: number
  /** `maxElapsedMs`: no attempt begins later than this after the first one, in milliseconds. Default none. */
  readonly retry?: RetryOptions & { readonly maxElapsedMs?: number }
  /** A backup for an attempt slower than this. `maxExtra`: share of extra attempts, default 0.05. */
  readonly hedge?: { readonly afterMs: number | 'p95'; readonly maxExtra?: number }
  /** Whether running it twice would do harm: it is then never hedged. Default false. */
  readonly effects?: boolean
  /** Tasks of one kind whose keys are equal share one execution. */
  readonly key?: (input: I) => string | undefined
  /** What it will use: reserved in rates and budgets, settled with the real usage. */
  readonly estimate?: Partial<Usage> | ((input: I) => Partial<Usage>)
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
