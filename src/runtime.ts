import * as v from 'valibot'
import { type Clock, maxTimerMs, systemClock } from './core/clock.ts'
import type { Listener } from './core/event.ts'
import { Failure } from './core/failure.ts'
import { parseOptions } from './core/options.ts'
import type { MapRun, RunOptions, Source, StreamOptions, StreamRun } from './core/run.ts'
import type { Task } from './core/task.ts'
import { type PoolOptions, ThreadPool } from './execute/pool.ts'
import { map } from './flow/map.ts'
import type { RuntimeParts } from './flow/parts.ts'
import { stream } from './flow/stream.ts'
import { LoopWatch } from './observe/loop-watch.ts'
import { usableCores } from './observe/usable-cores.ts'
import { Alarms } from './schedule/alarms.ts'
import type { LaneLimits } from './schedule/lane.ts'
import { Lanes } from './schedule/lanes.ts'
import { Ticker } from './schedule/ticker.ts'
import { Turn } from './schedule/turn.ts'
import type { WebClient, WebOptions } from './web/contract.ts'
import { LateWebClient } from './web/late-client.ts'

export interface RuntimeOptions {
  /**
   * Capacities by name. `io` is always there (1 024, and 6 for each `laneKey`); others are the caller's. `cpu` has a slot for each thread of
   * the pool.
   */
  readonly lanes?: Readonly<Record<string, LaneLimits>>
  readonly pool?: {
    /** Default: the cores that this process may use (cgroup-aware). */
    readonly threads?: number
    /** Limit on a thread's JavaScript heap, in MiB. Default 1 024. A thread that passes it dies, its task fails with `WORKER_LOST`. */
    readonly heapLimitMb?: number
    /** A thread with nothing to do is ended after so long, in milliseconds. Default 10 000. */
    readonly idleTimeoutMs?: number
    /** How long a thread may take to start, in milliseconds. Default 30 000. */
    readonly startTimeoutMs?: number
  }
  readonly web?: WebOptions
  /** Told of everything that happens, as plain data. */
  readonly onEvent?: Listener
  /** Default: the system's. */
  readonly clock?: Clock
  /** Gives numbers in [0, 1) for jitter. Default: Math.random. */
  readonly random?: () => number
}

export interface Runtime extends AsyncDisposable {
  /** Runs a task for every item, as many at once as its lane allows. Starts now; awaiting it gives the outcomes in input order. */
  map<I, O>(source: Source<I>, task: Task<I, O>, options?: RunOptions<I>): MapRun<O, I>
  /** The same, yielding each outcome as it comes and holding none back. Starts when it is iterated. */
  stream<I, O>(source: Source<I>, task: Task<I, O>, options?: StreamOptions<I>): StreamRun<O, I>
  /** Fetches pages. Pass the task's signal on: `web.get(url, context)`. */
  readonly web: WebClient
  /** What the lanes are doing now. */
  lanes(): LaneState[]
  /** Cancels the runs that are on and ends every thread. */
  close(): Promise<void>
}

export interface LaneState {
  readonly name: string
  readonly capacity: number
  readonly running: number
  /** Tasks that want this lane now: parked with their key, tried again, or called on a worker. Inputs not read yet are in none. */
  readonly waiting: number
}

const count = v.pipe(v.number(), v.integer(), v.minValue(1))
const limits = v.strictObject({ concurrency: count, perKey: v.optional(v.strictObject({ concurrency: count })) })
const options = v.strictObject({
  lanes: v.optional(v.record(v.string(), limits), {}),
  pool: v.optional(
    v.strictObject({
      threads: v.optional(count),
      heapLimitMb: v.optional(v.pipe(v.number(), v.minValue(16)), 1024),
      idleTimeoutMs: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(maxTimerMs)), 10_000),
      startTimeoutMs: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(maxTimerMs)), 30_000),
    }),
    {},
  ),
  web: v.optional(
    v.strictObject({
      allowPrivate: v.optional(v.boolean()),
      maxBytes: v.optional(count),
      maxRedirects: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
      ignoreRobots: v.optional(v.boolean()),
      userAgent: v.optional(v.pipe(v.string(), v.regex(/^[\x20-\x7e]+$/))),
      connectTimeoutMs: v.optional(count),
      headersTimeoutMs: v.optional(count),
      bodyTimeoutMs: v.optional(count),
      lookup: v.optional(v.function()),
    }),
  ),
  onEvent: v.optional(v.function()),
  clock: v.optional(v.looseObject({ now: v.function(), startTimer: v.function() })),
  random: v.optional(v.function()),
})

/**
 * The composition root: picks the defaults, joins the rooms, and ends everything when it is closed. Nothing is started before
 * it is needed: no thread, no timer, no socket.
 *
 * @throws Failure `INVALID_OPTION`
 */
export async function createRuntime(given: RuntimeOptions = {}): Promise<Runtime> {
  const parsed = parseOptions(options, given, 'createRuntime')
  if ('cpu' in parsed.lanes) {
    throw new Failure('INVALID_OPTION', 'createRuntime: lane cpu has a slot for each thread: set pool.threads instead')
  }
  return new LocalRuntime(given, { ...parsed.pool, threads: parsed.pool.threads ?? (await usableCores()) })
}

class LocalRuntime implements Runtime {
  readonly #parts: RuntimeParts
  readonly #lanes: Lanes
  readonly #alarms: Alarms
  readonly #pool: ThreadPool
  readonly web: LateWebClient
  #closed = false
  #closing: Promise<void> | undefined

  constructor(given: RuntimeOptions, poolOptions: PoolOptions) {
    const clock = new Ticker(given.clock ?? systemClock)
    this.#alarms = new Alarms(clock)
    this.#pool = new ThreadPool(poolOptions)
    this.web = new LateWebClient(given.web ?? {})
    const io = { concurrency: 1024, perKey: { concurrency: 6 }, ...given.lanes?.io }
    const lanes = { ...given.lanes, io, cpu: { concurrency: poolOptions.threads } }
    this.#lanes = new Lanes(lanes, new Turn(clock))
    this.#parts = {
      services: { clock, alarms: this.#alarms, pool: this.#pool, random: given.random ?? Math.random },
      lane: (name) => this.#lanes.get(name),
      watch: new LoopWatch(() => clock.now()),
      listener: given.onEvent,
      runs: new Set(),
      isClosed: () => this.#closed,
    }
  }

  map<I, O>(source: Source<I>, task: Task<I, O>, options?: RunOptions<I>): MapRun<O, I> {
    return map(this.#parts, source, task, options)
  }

  stream<I, O>(source: Source<I>, task: Task<I, O>, options?: StreamOptions<I>): StreamRun<O, I> {
    return stream(this.#parts, source, task, options)
  }

  lanes(): LaneState[] {
    return [...this.#lanes].map(({ name, limits, running, waiting }) => {
      return { name, capacity: limits.concurrency, running, waiting }
    })
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    this.#closed = true
    for (const run of [...this.#parts.runs]) run.cancel('the runtime was closed')
    this.#alarms.close()
    await this.web[Symbol.asyncDispose]()
    await this.#pool[Symbol.asyncDispose]()
  }
}
