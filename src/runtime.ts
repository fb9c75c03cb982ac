import * as v from 'valibot'
import { type Clock, maxTimerMs, systemClock } from './core/clock.ts'
import type { Listener } from './core/event.ts'
import { Failure } from './core/failure.ts'
import { memoryNotes, type Notes } from './core/notes.ts'
import { parseOptions } from './core/options.ts'
import { unwrap } from './core/outcome.ts'
import type { MapOptions } from './core/run.ts'
import type { Patterns, Task } from './core/task.ts'
import { type PoolOptions, ThreadPool } from './execute/pool.ts'
import { Resources } from './execute/resources.ts'
import { ScopedPatterns } from './flow/patterns.ts'
import type { RuntimeParts } from './flow/run/parts.ts'
import { ioThreads } from './observe/io-threads.ts'
import { LoopWatch } from './observe/loop-watch.ts'
import { laneReporter } from './observe/reporter.ts'
import { usableCores } from './observe/usable-cores.ts'
import { Alarms } from './schedule/alarms.ts'
import { Cores } from './schedule/cores.ts'
import { Expectations } from './schedule/expectations.ts'
import { Flights } from './schedule/flights.ts'
import { LaneGrip } from './schedule/lane-grip.ts'
import { LaneHandle } from './schedule/lane-handle.ts'
import { checkLane, laneLimits } from './schedule/lane-options.ts'
import { Lanes } from './schedule/lanes.ts'
import type { LaneLimits } from './schedule/limits.ts'
import { Ticker } from './schedule/ticker.ts'
import { Turn } from './schedule/turn.ts'
import type { WebClient, WebOptions } from './web/contract.ts'
import { LateWebClient } from './web/late-client.ts'
import { LateFetch } from './web/late-fetch.ts'
import { modelHostFile } from './worker-files.ts'

export interface RuntimeOptions {
  /**
   * Capacities by name. Always there are `io` (1 024, and 6 for each `laneKey`), `anthropic` (as many as the provider takes) and `local` (as
   * many as the cores can serve, below UV_THREADPOOL_SIZE); others are the caller's. `cpu` has a slot for each thread of the pool.
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
  /** Where providers remember what they work on for hours: see lanes of mode `batch`. Default: in memory, until the process ends. */
  readonly notes?: Notes
  /** Told of everything that happens, as plain data. */
  readonly onEvent?: Listener
  /** Default: the system's. */
  readonly clock?: Clock
  /** Gives numbers in [0, 1) for jitter. Default: Math.random. */
  readonly random?: () => number
}

export interface Runtime extends Patterns, AsyncDisposable {
  /** Fetches pages. Pass the task's signal on: `web.get(url, context)`. */
  readonly web: WebClient
  /** @throws Failure `INVALID_OPTION` when there is no lane of this name */
  lane(name: string): LaneHandle
  lanes(): LaneHandle[]
  /**
   * One task, as `map` runs it, for its value.
   *
   * @throws Failure the task's failure, or why it was skipped or cancelled; what `map` rejects with
   */
  call<I, O>(task: Task<I, O>, input: I, options?: MapOptions<I>): Promise<O>
  /** Cancels the runs that are on and ends every thread. */
  close(): Promise<void>
}

const count = v.pipe(v.number(), v.integer(), v.minValue(1))
const options = v.strictObject({
  lanes: v.optional(v.record(v.string(), laneLimits), {}),
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
  notes: v.optional(v.looseObject({ setNote: v.function(), notes: v.function() })),
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
  for (const [name, limits] of Object.entries(parsed.lanes)) checkLane(name, limits as LaneLimits)
  return new LocalRuntime(given, { ...parsed.pool, threads: parsed.pool.threads ?? (await usableCores()) })
}

class LocalRuntime extends ScopedPatterns implements Runtime {
  readonly #house: House
  readonly web: LateWebClient
  #closing: Promise<void> | undefined

  constructor(given: RuntimeOptions, poolOptions: PoolOptions) {
    const house = buildHouse(given, poolOptions)
    super({ parts: house.parts, parent: undefined })
    this.#house = house
    this.web = new LateWebClient(given.web ?? {})
  }

  lane(name: string): LaneHandle {
    return new LaneHandle(this.#house.lanes.get(name))
  }

  lanes(): LaneHandle[] {
    return [...this.#house.lanes].map((lane) => new LaneHandle(lane))
  }

  async call<I, O>(task: Task<I, O>, input: I, options?: MapOptions<I>): Promise<O> {
    const [outcome] = await this.map([input], task, options)
    return unwrap(outcome!)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    const { parts, alarms, pool, fetch } = this.#house
    this.#house.isClosed = true
    for (const run of [...parts.runs]) run.cancel('the runtime was closed')
    alarms.close()
    await using stack = new AsyncDisposableStack()
    stack.use(pool)
    stack.use(this.web)
    stack.use(fetch)
    stack.use(parts.services.resources)
  }
}

/** Everything that the patterns stand on. */
interface House {
  readonly parts: RuntimeParts
  readonly lanes: Lanes
  readonly alarms: Alarms
  readonly pool: ThreadPool
  readonly fetch: LateFetch
  isClosed: boolean
}

function buildHouse(given: RuntimeOptions, poolOptions: PoolOptions): House {
  const clock = new Ticker(given.clock ?? systemClock)
  const alarms = new Alarms(clock)
  const pool = new ThreadPool(poolOptions)
  const io = { concurrency: 1024, perKey: { concurrency: 6 }, ...given.lanes?.io }
  const { threads } = poolOptions
  const local = { concurrency: localConcurrency(threads), ...given.lanes?.local }
  const limits = { anthropic: {}, ...given.lanes, io, local, cpu: { concurrency: threads } }
  const random = given.random ?? Math.random
  const services = { clock, alarms, turn: new Turn(clock), random, changed: laneReporter(given.onEvent) }
  // Running decodes and running pool tasks together are never more than there are cores.
  const lanes = new Lanes(limits, services, { names: ['cpu', 'local'], cores: new Cores(threads) })
  const fetch = new LateFetch()
  const resources = new Resources({
    fetch: fetch.fetch,
    cores: threads,
    modelHost: modelHostFile,
    clock,
    random,
    notes: given.notes ?? memoryNotes(),
    lane: (name) => new LaneGrip(lanes.get(name)),
  })
  const parts: RuntimeParts = {
    services: { clock, alarms, pool, resources, random },
    lane: (name) => lanes.get(name),
    watch: new LoopWatch(() => clock.now()),
    expectations: new Expectations(),
    flights: new Flights(),
    listener: given.onEvent,
    runs: new Set(),
    isClosed: () => house.isClosed,
    patterns: (scope) => new ScopedPatterns(scope),
  }
  const house: House = { parts, lanes, alarms, pool, fetch, isClosed: false }
  return house
}

/** Decodes use libuv's threads: with as many of them as it has, nobody else could read a file meanwhile. */
function localConcurrency(cores: number): number {
  return Math.max(1, Math.min(cores, ioThreads(process.env.UV_THREADPOOL_SIZE).threads - 1))
}
