import * as v from 'valibot'
import { Failure } from '../../core/failure.ts'
import { defaultRetry } from '../../core/retry.ts'
import type { TaskOptions } from '../../core/run.ts'
import { isLaneTask, isWorkerTask, laneOf, type Task } from '../../core/task.ts'
import type { Hedge, Terms } from '../../execute/terms.ts'
import { workOf } from '../../execute/work.ts'
import type { Expectation, Kind } from '../../schedule/expectations.ts'
import type { Lane } from '../../schedule/lane.ts'
import type { RuntimeParts } from '../run/parts.ts'
import { count, notNegative, positive } from '../run/run-plan.ts'
import { estimateIn, estimator } from './estimator.ts'

const amount = v.pipe(v.number(), v.minValue(0), v.finite())
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1))

const entries = {
  name: v.optional(v.string()),
  lane: v.optional(v.string()),
  laneKey: v.optional(v.function()),
  kind: v.optional(v.string()),
  priority: v.optional(v.pipe(v.number(), v.finite())),
  timeoutMs: v.optional(positive),
  totalTimeoutMs: v.optional(positive),
  retry: v.optional(
    v.strictObject({
      maxAttempts: v.optional(count),
      baseDelayMs: v.optional(notNegative),
      factor: v.optional(v.pipe(v.number(), v.minValue(1))),
      maxDelayMs: v.optional(notNegative),
      maxRetryAfterMs: v.optional(notNegative),
      maxElapsedMs: v.optional(positive),
    }),
  ),
  hedge: v.optional(v.strictObject({ afterMs: v.union([v.literal('p95'), positive]), maxExtra: v.optional(share) })),
  effects: v.optional(v.boolean()),
  key: v.optional(v.function()),
  estimate: v.optional(
    v.union([
      v.function(),
      v.strictObject({
        bytes: v.optional(amount),
        inputTokens: v.optional(amount),
        outputTokens: v.optional(amount),
        cachedInputTokens: v.optional(amount),
        costUsd: v.optional(amount),
      }),
    ]),
  ),
}

/** What may be said of any task, for the schema of a pattern's own options. */
export const taskEntries: Readonly<Record<keyof TaskOptions<unknown>, v.GenericSchema>> = entries

/** What is settled of tasks before a run exists. */
export interface TaskPlan<I, O> extends Omit<Terms<I, O>, 'idPrefix' | 'owner' | 'services'> {
  readonly priority: number
  readonly expectation: Expectation
  /** Whether all its tasks are expected to use the same. */
  readonly alike: boolean
}

/**
 * @param options checked against `taskEntries`
 * @param what the pattern, as the caller wrote it
 * @param counted whether somebody counts usage beside the lane: a budget
 * @param kind what is learned under it
 * @throws Failure `INVALID_INPUT`, `INVALID_OPTION`
 */
export function taskPlan<I, O>(
  parts: RuntimeParts,
  task: Task<I, O>,
  options: TaskOptions<I>,
  what: string,
  counted: boolean,
  kind: Kind = kindOfWork(task, options.kind),
): TaskPlan<I, O> {
  const ownLane = laneOf(task)
  if (ownLane === undefined && typeof task !== 'function') {
    throw new Failure(
      'INVALID_INPUT',
      `${what}: expected a function, a worker task or a lane task to run, got ${typeof task}`,
    )
  }
  if (!isWorkerTask(task) && (options.lane === 'cpu' || ownLane === 'cpu')) {
    throw new Failure(
      'INVALID_OPTION',
      `${what}: lane cpu is for worker tasks; a function would keep the event loop from turning: see worker(), or leave lane out`,
    )
  }
  if (ownLane !== undefined && options.lane !== undefined && options.lane !== ownLane) {
    throw new Failure(
      'INVALID_OPTION',
      `${what}: ${nameOf(task)} runs on lane ${ownLane}, not on ${options.lane}: leave lane out`,
    )
  }
  if (options.hedge !== undefined && options.effects) {
    throw new Failure('INVALID_OPTION', `${what}: a task with effects is never hedged: leave out hedge, or effects`)
  }
  const lane = parts.lane(options.lane ?? ownLane ?? 'io')
  const expectation = parts.expectations.of(kind)
  const defaults = isLaneTask(task) ? task.defaults : undefined
  const estimate = options.estimate ?? estimateIn(lane, defaults?.estimate)
  return {
    name: options.name ?? nameOf(task),
    kind,
    expectation,
    alike: typeof estimate !== 'function',
    lane,
    laneKey: options.laneKey && checkedKey(options.laneKey, 'laneKey'),
    priority: options.priority ?? 0,
    work: workOf(task, parts.services.pool, options.effects),
    timeoutMs: options.timeoutMs ?? defaults?.timeoutMs ?? 120_000,
    totalTimeoutMs: options.totalTimeoutMs ?? Number.POSITIVE_INFINITY,
    retry: options.retry === undefined ? defaultRetry : { ...defaultRetry, ...options.retry },
    // Whether it has done by then what it does outside, nobody knows.
    retryTimeouts: !isWorkerTask(task) && options.effects !== true,
    hedge: options.hedge && hedgeOf(options.hedge, lane),
    key: options.key && checkedKey(options.key, 'key'),
    estimate: counted || lane.throttle.countsTokens ? estimator(estimate) : undefined,
    learned: (counted || lane.throttle.countsTokens) && estimate === undefined ? expectation : undefined,
  }
}

/** What a plan says once there is a run for it. Written out, as in `doneOutcome`: a graph does it for every task. */
export function termsOf<I, O>(plan: TaskPlan<I, O>, run: RunTerms<I, O>): Terms<I, O> {
  return {
    idPrefix: run.idPrefix,
    name: run.name,
    kind: plan.kind,
    work: plan.work,
    lane: plan.lane,
    laneKey: plan.laneKey,
    timeoutMs: plan.timeoutMs,
    totalTimeoutMs: plan.totalTimeoutMs,
    retryTimeouts: plan.retryTimeouts,
    retry: plan.retry,
    hedge: plan.hedge,
    key: plan.key,
    underFlight: run.underFlight,
    estimate: plan.estimate,
    learned: plan.learned,
    owner: run.owner,
    services: run.services,
  }
}

type RunTerms<I, O> = Required<Pick<Terms<I, O>, 'idPrefix' | 'name' | 'underFlight' | 'owner' | 'services'>>

/** What is learned of tasks that run this. A description may be another object each time that it is made. */
export function kindOfWork(task: Task<never, unknown>, name: string | undefined): Kind {
  if (name !== undefined) return name
  if (isWorkerTask(task)) return `${task.module}#${task.export}`
  return isLaneTask(task) ? (task.defaults?.kind ?? task.run) : task
}

function nameOf(task: Task<never, unknown>): string {
  return (isWorkerTask(task) ? task.export : task.name) || 'task'
}

function hedgeOf({ afterMs, maxExtra = 0.05 }: { afterMs: number | 'p95'; maxExtra?: number }, lane: Lane): Hedge {
  return { afterMs, maxExtra, latencies: lane.latencies }
}

/** A key that is no string (a promise, say) would share nothing with any other. */
function checkedKey<I>(keyOf: (input: I) => unknown, what: string): (input: I) => string | undefined {
  return (input) => {
    const key = keyOf(input)
    if (key === undefined || typeof key === 'string') return key
    throw new Failure('INVALID_OPTION', `${what}: expected a string or undefined, got ${typeof key}`)
  }
}
