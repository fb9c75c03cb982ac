import type { FailureRecord } from './failure.ts'
import type { LaneMode } from './resource.ts'

/** How a lane stands, as plain data. */
export interface LaneState {
  /**
   * - `slow-start`: it feels its way up, from a few at a time.
   * - `steady`: it takes what it has found out it can take; a lane of fixed concurrency takes that.
   * - `cooling`: the provider said that it is too much; nothing begins until `resumesInMs` is over.
   * - `stopped`: nothing it sends would be answered; what waits for it is skipped, until `resume()`.
   * - `paused`: by `pause()` or `drain()`.
   */
  readonly phase: 'slow-start' | 'steady' | 'cooling' | 'stopped' | 'paused'
  /** How it sends, where that is not `direct`. */
  readonly mode?: LaneMode
  /** Most leases at the same time, now. */
  readonly concurrency: number
  /** Most leases at the same time, ever. */
  readonly ceiling: number
  readonly resumesInMs?: number
  /** What was changed last, and why: `halved to 8: 429, resumes in 12 s`. */
  readonly why?: string
  /** Why it is stopped. */
  readonly failure?: FailureRecord
  readonly rates: { readonly [rate in RateName]?: RateState }
}

export type RateName = 'requests' | 'inputTokens' | 'outputTokens'

export interface RateState {
  /** What the lane uses: of what it was told, or what the provider says, the smaller, less its headroom. */
  readonly perMinute: number
  /** How much may be taken now; negative for a debt. */
  readonly level: number
}
