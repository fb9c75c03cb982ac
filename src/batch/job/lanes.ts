import * as v from 'valibot'
import { count } from '../steps/working.ts'

const rate = v.pipe(v.number(), v.gtValue(0), v.finite())

/** As those of `createRuntime`. */
export const lanes: v.GenericSchema = v.record(
  v.pipe(v.string(), v.minLength(1)),
  v.strictObject({
    mode: v.optional(v.picklist(['now', 'batch'])),
    concurrency: v.optional(v.union([count, v.literal('auto')])),
    maxConcurrency: v.optional(count),
    requestsPerMinute: v.optional(rate),
    inputTokensPerMinute: v.optional(rate),
    outputTokensPerMinute: v.optional(rate),
    headroom: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1))),
    perKey: v.optional(v.strictObject({ concurrency: v.optional(count), requestsPerMinute: v.optional(rate) })),
  }),
)

/** Lanes that every runtime has. */
export const builtInLanes: readonly string[] = ['io', 'cpu', 'local', 'anthropic']
