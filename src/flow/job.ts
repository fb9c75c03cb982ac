import * as v from 'valibot'
import { Failure } from '../core/failure.ts'
import { parseOptions } from '../core/options.ts'
import { defaultRetry } from '../core/retry.ts'
import type { Source } from '../core/run.ts'
import { isWorkerTask, type Task } from '../core/task.ts'
import type { Terms } from '../execute/terms.ts'
import type { RuntimeParts } from './parts.ts'

const positive = v.pipe(v.number(), v.gtValue(0))
const notNegative = v.pipe(v.number(), v.minValue(0))
const count = v.pipe(v.number(), v.integer(), v.minValue(1))

const retry = v.strictObject({
  maxAttempts: v.optional(count, defaultRetry.maxAttempts),
  baseDelayMs: v.optional(notNegative, defaultRetry.baseDelayMs),
  factor: v.optional(v.pipe(v.number(), v.minValue(1)), defaultRetry.factor),
  maxDelayMs: v.optional(notNegative, defaultRetry.maxDelayMs),
  maxRetryAfterMs: v.optional(notNegative, defaultRetry.maxRetryAfterMs),
})

const mapOptions = v.strictObject({
  name: v.optional(v.string()),
  lane: v.optional(v.string()),
  laneKey: v.optional(v.function()),
  concurrency: v.optional(count),
  timeoutMs: v.optional(positive, 120_000),
  totalTimeoutMs: v.optional(positive, Number.POSITIVE_INFINITY),
  retry: v.optional(retry, {}),
  signal: v.optional(v.instance(AbortSignal)),
})

const streamOptions = v.strictObject({ ...mapOptions.entries, ordered: v.optional(v.boolean(), false) })

/** What a run is to do, its options checked and complete. */
export interface Job<I, O> extends Omit<Terms<I, O>, 'owner' | 'services'> {
  readonly runId: string
  readonly source: Source<I>
  readonly concurrency: number
  readonly ordered: boolean
  readonly signal: AbortSignal | undefined
  /** Why it cannot be done at all: the run breaks with it as soon as it starts. */
  readonly refusal?: Failure
}

/** Misuse makes a job with a `refusal`, so that a run rejects like a promise does and never throws. */
export function mapJob<I, O>(parts: RuntimeParts, source: Source<I>, task: Task<I, O>, options: unknown): Job<I, O> {
  return orRefusal(parts, 'map', () => {
    const parsed = parseOptions(mapOptions, options, 'map')
    return job(parts, source, task, { ...parsed, ordered: false }, 'map')
  })
}

/** See `mapJob`. */
export function streamJob<I, O>(parts: RuntimeParts, source: Source<I>, task: Task<I, O>, options: unknown): Job<I, O> {
  return orRefusal(parts, 'stream', () => {
    return job(parts, source, task, parseOptions(streamOptions, options, 'stream'), 'stream')
  })
}

function orRefusal<I, O>(parts: RuntimeParts, what: string, makeJob: () => Job<I, O>): Job<I, O> {
  try {
    if (parts.isClosed()) throw new Failure('RUNTIME_CLOSED', `${what}: the runtime is closed: create another one`)
    return makeJob()
  } catch (thrown) {
    const nothing = (): never => {
      throw thrown
    }
    const refused = job<I, O>(parts, [], nothing, v.parse(streamOptions, { name: what }), what)
    return { ...refused, refusal: Failure.from(thrown) }
  }
}

/** Tasks of a run, by its lane's slots: those that wait for workers hold none, and must not keep the lane from others. */
const idleFactor = 2

let runs = 0

function job<I, O>(
  parts: RuntimeParts,
  source: Source<I>,
  task: Task<I, O>,
  options: v.InferOutput<typeof streamOptions>,
  what: string,
): Job<I, O> {
  const onWorker = isWorkerTask(task)
  if (!onWorker && typeof task !== 'function') {
    throw new Failure('INVALID_INPUT', `${what}: expected a function or a worker task to run, got ${typeof task}`)
  }
  if (onWorker && options.lane !== undefined && options.lane !== 'cpu') {
    throw new Failure(
      'INVALID_OPTION',
      `${what}: a worker task runs on lane cpu, not on ${options.lane}: leave lane out`,
    )
  }
  const lane = parts.lane(options.lane ?? (onWorker ? 'cpu' : 'io'))
  const name = options.name ?? ((onWorker ? task.export : task.name) || 'task')
  runs += 1
  return {
    // Short: strings of up to 12 characters are flat, and an outcome's id is most of what keeping it costs.
    runId: `r${runs}`,
    idPrefix: `r${runs}/`,
    name,
    source,
    lane,
    laneKey: options.laneKey && checkedKey(options.laneKey as (input: I) => unknown),
    work: onWorker ? (input, context) => parts.services.pool.run(task, input, context.signal) : task,
    concurrency: options.concurrency ?? idleFactor * lane.limits.concurrency,
    timeoutMs: options.timeoutMs,
    totalTimeoutMs: options.totalTimeoutMs,
    retry: options.retry,
    retryTimeouts: !onWorker,
    ordered: options.ordered,
    signal: options.signal,
  }
}

/** A key that is no string (a promise, say) would share no limit with any other. */
function checkedKey<I>(laneKey: (input: I) => unknown): (input: I) => string | undefined {
  return (input) => {
    const key = laneKey(input)
    if (key === undefined || typeof key === 'string') return key
    throw new Failure('INVALID_OPTION', `laneKey: expected a string or undefined, got ${typeof key}`)
  }
}
