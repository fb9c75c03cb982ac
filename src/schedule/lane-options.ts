import * as v from 'valibot'
import { maxTimerMs } from '../core/clock.ts'
import { Failure } from '../core/failure.ts'
import { type LaneLimits, usualBatch } from './limits.ts'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))
const rate = v.pipe(v.number(), v.gtValue(0), v.finite())
const bytes = v.pipe(v.number(), v.integer(), v.minValue(1_000))
const delay = v.pipe(v.number(), v.gtValue(0), v.maxValue(maxTimerMs))

/** The limits of a lane, as a caller may say them: see `LaneLimits`. */
export const laneLimits: v.GenericSchema = v.strictObject({
  concurrency: v.optional(v.union([count, v.literal('auto')])),
  maxConcurrency: v.optional(count),
  requestsPerMinute: v.optional(rate),
  inputTokensPerMinute: v.optional(rate),
  outputTokensPerMinute: v.optional(rate),
  headroom: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1))),
  perKey: v.optional(v.strictObject({ concurrency: v.optional(count), requestsPerMinute: v.optional(rate) })),
  mode: v.optional(v.picklist(['direct', 'batch'])),
  batch: v.optional(
    v.strictObject({
      maxRequests: v.optional(v.pipe(count, v.maxValue(usualBatch.maxRequests))),
      maxBytes: v.optional(v.pipe(bytes, v.maxValue(usualBatch.maxBytes))),
      maxUnsentBytes: v.optional(bytes),
      maxWaitingBytes: v.optional(bytes),
      lingerMs: v.optional(delay),
      pollMs: v.optional(delay),
    }),
  ),
})

/** What only direct requests have. */
const ofDirect = [
  'maxConcurrency',
  'requestsPerMinute',
  'inputTokensPerMinute',
  'outputTokensPerMinute',
  'headroom',
  'perKey',
] as const

/**
 * Options that do not go together.
 *
 * @throws Failure `INVALID_OPTION`, whose details name the `option` that is wrong
 */
export function checkLane(name: string, limits: LaneLimits): void {
  const { concurrency, maxConcurrency, mode, batch } = limits
  const invalid = (option: string, why: string): Failure =>
    new Failure('INVALID_OPTION', `createRuntime: lane ${name}: ${why}`, { details: { option } })
  if (mode === 'batch') {
    if (name === 'io' || name === 'local') throw invalid('mode', 'mode batch is for a lane of a provider')
    const direct = ofDirect.find((option) => limits[option] !== undefined)
    if (direct !== undefined)
      throw invalid(direct, `${direct} is for mode 'direct': leave it out, a batch is one request`)
    if (concurrency === 'auto')
      throw invalid('concurrency', "concurrency 'auto' is for mode 'direct': leave it out, or give a number")
  } else if (batch !== undefined) throw invalid('batch', "batch is for mode 'batch'")
  if (maxConcurrency !== undefined && concurrency !== undefined && concurrency !== 'auto') {
    throw invalid('maxConcurrency', "maxConcurrency is for concurrency 'auto'")
  }
}
