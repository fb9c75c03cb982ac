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
}

export const maxAutoConcurrency = 1024
