import * as v from 'valibot'
import type { TaskHandle } from '../../core/graph.ts'
import { isWorkerTask } from '../../core/task.ts'
import type { Expectations } from '../../schedule/expectations.ts'

const positive = v.pipe(v.number(), v.gtValue(0))
const notNegative = v.pipe(v.number(), v.minValue(0))
const count = v.pipe(v.number(), v.integer(), v.minValue(1))

/** The options of a graph's task, as they were given: defaults are the runtime's. */
export const taskOptions: v.StrictObjectSchema<v.ObjectEntries, undefined> = v.strictObject({
  // Read apart; they stand here so that a misspelt one is told what it may have meant.
  needs: v.optional(v.unknown()),
  input: v.optional(v.function()),
  name: v.optional(v.string()),
  lane: v.optional(v.string()),
  laneKey: v.optional(v.function()),
  kind: v.optional(v.string()),
  priority: v.optional(v.pipe(v.number(), v.finite())),
  expectedMs: v.optional(v.pipe(notNegative, v.finite())),
  timeoutMs: v.optional(positive),
  totalTimeoutMs: v.optional(positive),
  retry: v.optional(
    v.strictObject({
      maxAttempts: v.optional(count),
      baseDelayMs: v.optional(notNegative),
      factor: v.optional(v.pipe(v.number(), v.minValue(1))),
      maxDelayMs: v.optional(notNegative),
      maxRetryAfterMs: v.optional(notNegative),
      maxElapsedMs: v.optional(notNegative),
    }),
  ),
  hedge: v.optional(
    v.strictObject({
      afterMs: v.union([positive, v.literal('p95')]),
      maxExtra: v.optional(v.pipe(notNegative, v.maxValue(1))),
    }),
  ),
  effects: v.optional(v.boolean()),
  key: v.optional(v.function()),
  estimate: v.optional(v.union([v.function(), v.record(v.string(), notNegative)])),
})

/** What a task's duration is learned under. */
export function kindOf({ options, work }: TaskHandle<unknown>): string | object {
  return options.kind ?? work
}

export function laneOf({ options, work }: TaskHandle<unknown>): string {
  return options.lane ?? (isWorkerTask(work as never) ? 'cpu' : 'io')
}

/** How long an attempt is expected to take, in milliseconds: what its options say, else what was learned of its kind. */
export function expectedMsOf(handle: TaskHandle<unknown>, learned: Pick<Expectations, 'expectedMs'>): number {
  return handle.options.expectedMs ?? learned.expectedMs(kindOf(handle))
}
