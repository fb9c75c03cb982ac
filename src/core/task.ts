import type { GraphInput, GraphRun, Plan } from './graph.ts'
import type { Outcome } from './outcome.ts'
import type {
  AnyResult,
  BestOfOptions,
  BestOfResult,
  ContestOptions,
  FanOutOptions,
  FanOutResult,
  Grid,
  Point,
  QuorumResult,
  RaceResult,
  RunOf,
} from './patterns.ts'
import type { FlatMapOptions, PipelineOptions, StepOptions } from './pipeline.ts'
import type { ProviderReport } from './provider.ts'
import type { LaneMode, Resource } from './resource.ts'
import type { MapOptions, MapRun, Run, RunOptions, Source, StreamOptions, StreamRun, TaskOptions } from './run.ts'
import type { StandardSchema } from './standard-schema.ts'
import type { Usage } from './usage.ts'

/** What one attempt of a task is given beside its input. */
export interface TaskContext {
  /** Unique within the process: `<run id>/<index>`. */
  readonly id: string
  /** Position of the input in its source, from 0. */
  readonly index: number
  /** 1 for the first attempt. */
  readonly attempt: number
  /** Aborted when the attempt times out or the run is cancelled; its reason is a Failure. Pass it on to all that waits. */
  readonly signal: AbortSignal
  /**
   * Runs a task that has a lane of its own there, and waits for it: a worker task on the cpu lane, a model's on the lane of its provider.
   * Meanwhile this task gives its own slot back (and its key's), and it has one again before its last outstanding call resolves. The time
   * limit of the attempt goes on while the call runs, not while it only waits. A call is not retried by itself: its failure is the
   * attempt's, which may be. (What the provider refused for its rate is queued again, for ten minutes at most if nothing else comes.)
   *
   * @throws Failure what the task threw, `INVALID_OPTION`, `TIMEOUT`, `LANE_STOPPED`; of workers `WORKER_LOST`, `NOT_CLONEABLE`,
   *   `WORKER_MODULE`, `POOL_UNAVAILABLE`
   */
  call<I, O>(task: BoundTask<I, O>, input: I, options?: CallOptions): Promise<O>
  /**
   * Adds to the usage that the outcome and the statistics show, and that rates and budgets count.
   *
   * @throws Failure `INVALID_INPUT` when an amount is no finite number of at least 0
   */
  addUsage(usage: Partial<Usage>): void
  /** Tells the governor of its lane what the provider said: see `ProviderReport`. */
  report(report: ProviderReport): void
  /**
   * What all tasks of the runtime share: opened by whoever asks first, closed with the runtime.
   *
   * @throws Failure what opening it threw; the next who asks tries again. `RUNTIME_CLOSED`
   */
  open<R extends AsyncDisposable>(resource: Resource<R>): Promise<R>
  /**
   * Awaits something without its slot (and its key's): it has one again before this settles. Its time limits do not run meanwhile: what
   * never settles is ended only with the run, by `cancel`, a deadline or `fail-fast`.
   */
  waitFor<T>(promise: PromiseLike<T>): Promise<T>
  /**
   * Child runs: cancelled with this attempt, within its run's budget, part of its run's figures. While the task awaits one (from the first
   * `then` on) it gives its own slot back (and its key's) and its time limits stand; it has a slot again before the last of what it awaits
   * goes on. So parents and children on one lane never block each other. A child that nobody awaits is cancelled when the task ends.
   */
  readonly run: Patterns
}

export interface CallOptions {
  /** Limit on the call's running time, in milliseconds; a worker's thread is then killed. Default: what is left of the attempt's. */
  readonly timeoutMs?: number
}

/** Every way to run tasks in parallel: on the runtime, and in a task for child runs. */
export interface Patterns {
  /** Runs a task for every item, as many at once as its lane allows. Starts now; awaiting it gives the outcomes in input order. */
  map<I, O>(source: Source<I>, task: Task<I, O>, options?: MapOptions<I>): MapRun<O, I>
  /** The same, yielding each outcome as it comes and holding none back. Starts when it is iterated. */
  stream<I, O>(source: Source<I>, task: Task<I, O>, options?: StreamOptions<I>): StreamRun<O, I>
  /** The first that is done or fails wins; the rest is cancelled at once. */
  race<I, O>(source: Source<I>, task: Task<I, O>, options?: ContestOptions<I>): RunOf<RaceResult<O, I>>
  /** The first that is done wins, the rest is cancelled at once: the same question to several sources, say. */
  any<I, O>(source: Source<I>, task: Task<I, O>, options?: ContestOptions<I>): RunOf<AnyResult<O, I>>
  /** Until `count` are done, or cannot be done any more; the rest is cancelled at once. */
  quorum<I, O>(
    count: number,
    source: Source<I>,
    task: Task<I, O>,
    options?: ContestOptions<I>,
  ): RunOf<QuorumResult<O, I>>
  /**
   * `count` candidates, ranked. `task` is given the candidate's index, `score` a value to judge, higher is better; it runs under the candidate's
   * lease and time limits, so it may well be a model's judgement. What it throws, or gives that is no number, leaves the candidate unranked.
   */
  bestOf<O>(count: number, task: Task<number, O>, score: Score<O>, options?: BestOfOptions): RunOf<BestOfResult<O>>
  /** Every combination of a grid's values, as `map` does it. `table(outcomes)` makes rows of the outcomes. */
  sweep<const G extends Grid, O>(grid: G, task: Task<Point<G>, O>, options?: MapOptions<Point<G>>): MapRun<O, Point<G>>
  /**
   * Splits a goal into sub-tasks, runs each, and joins what came of them: child runs `split`, `each` and `join` of one task, which holds no slot
   * meanwhile. A split that gives anything but 1 to `max` sub-tasks fails with `SPLIT_INVALID`, which is retryable.
   */
  fanOut<G, S, O, R>(goal: G, plan: CheckedFanOut<G, S, O, R>): RunOf<FanOutResult<R, G, O, S>>
  fanOut<G, S, O, R>(goal: G, plan: FanOut<G, S, O, R>): RunOf<FanOutResult<R, G, O, S>>
  /**
   * Runs tasks that need each other, made by `task()`, each as soon as all it needs is done. Starts now; awaiting it gives an outcome for
   * each name. What needs a task that gave no value is skipped, unless it says `optional`. Checked before anything runs: `GRAPH_CYCLE`,
   * `UNKNOWN_NEED`, `SELF_NEED`, `DUPLICATE_NAME`, `DUPLICATE_NEED`, `DUPLICATE_HANDLE`.
   */
  graph<const T extends GraphInput>(graph: T, options?: RunOptions): GraphRun<T>
  /**
   * What is to be expected of a graph, from `expectedMs` and what was learned, without running it.
   *
   * @throws Failure what `graph` rejects with
   */
  plan(graph: GraphInput): Plan
  /** Takes the items of a source through steps, each on its own: see `Pipeline`. */
  pipeline<I>(source: Source<I>, options?: PipelineOptions): Pipeline<I, I>
}

/**
 * Steps that each item of a source goes through on its own, at once from one to the next. A builder: every method gives another pipeline
 * and leaves this one as it is. Awaiting it runs it and collects the outcomes, iterating it (once) runs it and yields them as they come, or
 * in input order with `ordered`. The source is read no faster than items leave: what is on its way between two operators that make items
 * (the source, flatMap, batch, collect, reduce) is bounded by twice what its steps run at the same time (`ordered`: four times).
 *
 * An item has one outcome, however many steps it took: its attempts, times and usage are their sums. Items that go into a batch, a collect, a
 * reduce or (once all its children are made) a flatMap are done and not yielded; what is made of them are items of their own, `derived` in
 * the statistics.
 *
 * @typeParam T what the items are so far
 * @typeParam I what they were when they came in: `input` of their outcomes
 */
export interface Pipeline<T, I> extends Run, PromiseLike<Outcome<T, I>[]>, AsyncIterable<Outcome<T, I>> {
  /** @param name unique in the pipeline: names the step's tasks, outcomes and figures */
  step<O>(name: string, task: Task<T, O>, options?: StepOptions<T>): Pipeline<O, I>
  /** Drops what the function does not keep: `skipped` with the cause `FILTERED`, or with the Failure that it returned to say why. It is called as it stands, on the event loop, in no lane. */
  filter<S extends T>(keep: (value: T) => value is S): Pipeline<S, I>
  filter(keep: (value: T) => unknown): Pipeline<T, I>
  /** A step whose result is an array or another iterable: each thing in it becomes an item, made when there is room for it. */
  flatMap<C>(task: Task<T, Iterable<C>>, options?: FlatMapOptions<T>): Pipeline<C, I | C>
  /** Items `size` at a time; the last may be fewer. */
  batch(size: number): Pipeline<T[], I | T[]>
  /** One array of all that get there, when the last has: a barrier, and as much memory as they need. */
  collect(): Pipeline<T[], I | T[]>
  /** All that get there, folded as they come (with `ordered` in input order) by a function that is called as it stands, into one item. */
  reduce<A>(fold: (folded: A, value: T) => A, initial: A): Pipeline<A, I | A>
}

/** How good a value is: higher is better. */
export type Score<O> = (value: O, context: TaskContext) => number | PromiseLike<number>

/** What a fan-out is made of. */
export interface FanOut<G, S, O, R> extends FanOutOptions<G, S> {
  /** The sub-tasks of the goal. */
  readonly split: (goal: G, context: TaskContext) => readonly S[] | PromiseLike<readonly S[]>
  readonly schema?: undefined
  readonly each: Task<S, O>
  /** @param parts the outcomes of all sub-tasks, in their order: see `values` for those that must all be done */
  readonly join: (parts: readonly Outcome<O, S>[], goal: G, context: TaskContext) => R | PromiseLike<R>
}

/** The same, with a split that may give anything: what a model wrote, say. */
export interface CheckedFanOut<G, S, O, R> extends Omit<FanOut<G, S, O, R>, 'split' | 'schema'> {
  readonly split: (goal: G, context: TaskContext) => unknown
  /** Checks what the split gave, and makes the sub-tasks of it. Of any library that implements Standard Schema. */
  readonly schema: StandardSchema<readonly S[]>
}

/** A task that runs on the main thread's event loop. It must not compute for long: see `WorkerTask` for that. */
export type InlineTask<I, O> = (input: I, context: TaskContext) => O | PromiseLike<O>

/**
 * A function of a module that runs on a worker thread: an inert description, bound to no runtime.
 * Made by `worker()`; run by `map`, `stream` and `context.call`.
 */
export interface WorkerTask<I, O> {
  readonly kind: 'worker-task'
  /** Address of the module, a `file:` URL. */
  readonly module: string
  /** Name of the exported function. */
  readonly export: string
  /** Never there at run time: carries the types of the function. */
  readonly signature?: (input: I) => O
}

/**
 * A function that runs on the main thread and on the lane that it names: the call of a model, say. An inert description, bound to no
 * runtime. It takes no other lane.
 */
export interface LaneTask<I, O> {
  readonly kind: 'lane-task'
  readonly name: string
  readonly lane: string
  readonly run: InlineTask<I, O>
  /** What holds where the caller says nothing else. */
  readonly defaults?: Pick<TaskOptions<I>, 'kind' | 'timeoutMs'> & {
    /** What an attempt will use, on a lane of this mode. */
    readonly estimate?: Partial<Usage> | ((input: I, mode: LaneMode) => Partial<Usage>)
  }
}

/** Has a lane of its own. */
export type BoundTask<I, O> = WorkerTask<I, O> | LaneTask<I, O>

export type Task<I, O> = InlineTask<I, O> | BoundTask<I, O>

export function isWorkerTask<I, O>(task: Task<I, O>): task is WorkerTask<I, O> {
  return typeof task === 'object' && task !== null && task.kind === 'worker-task'
}

export function isLaneTask<I, O>(task: Task<I, O>): task is LaneTask<I, O> {
  return typeof task === 'object' && task !== null && task.kind === 'lane-task'
}

/** The lane of a task that has one of its own. */
export function laneOf(task: Task<never, unknown>): string | undefined {
  if (isWorkerTask(task)) return 'cpu'
  return isLaneTask(task) ? task.lane : undefined
}
