import { getHeapStatistics } from 'node:v8'
import type { BatchLimits, LaneMode } from '../core/resource.ts'
import type { KeyLimits } from './lane-key.ts'
import type { RateLimits } from './rates.ts'

/** What a lane allows. Rates are continuous, without windows; a burst is one second's worth of requests (at least one), six seconds' worth of tokens. */
export interface LaneLimits extends RateLimits {
  /** Leases held at the same time. Default `auto`: it finds out how many pay, and how many the provider takes. */
  readonly concurrency?: number | 'auto'
  /** Most leases with `auto`, which it may only be said with. Default 1 024. */
  readonly maxConcurrency?: number
  /** Which part of the rates, stated or learned, is used, in (0, 1]. Default 0.8: others may use the same account. */
  readonly headroom?: number
  /** The same for each key (a host, say). Leave out: no limit but the lane's. */
  readonly perKey?: KeyLimits
  /**
   * How a provider that can do both is asked. Default `direct`. In mode `batch` requests are gathered and sent together, which costs half
   * and takes up to a day; meanwhile they hold no slot, and no limit on time runs. Such a lane takes no rates, and `concurrency` (default
   * 50 000) only says how many are read ahead: twice as many wait at the same time, if `batch.maxWaitingBytes` allows so many.
   */
  readonly mode?: LaneMode
  /** Of mode `batch` alone. */
  readonly batch?: Partial<BatchLimits>
}

/** What the API takes, what is kind to it, and what this process can hold. */
export const usualBatch: BatchLimits = {
  maxRequests: 100_000,
  maxBytes: 256_000_000,
  maxUnsentBytes: 64_000_000,
  maxWaitingBytes: Math.floor(getHeapStatistics().heap_size_limit / 8),
  lingerMs: 10_000,
  pollMs: 30_000,
}

/** Most attempts of a lane of mode `batch` that are between their beginning and their request: what they will ask for is not counted yet. */
export const batchRoom = 256

/** The same, before the first of them has shown how large a request is. */
export const firstBatchRoom = 16

/** Most leases of a lane of mode `batch`, where nobody says: twice as many wait at the same time, if their bytes allow that. */
export const batchConcurrency = 50_000

export const maxAutoConcurrency = 1024
