import type { KeyLimits } from './lane-key.ts'
import type { RateLimits } from './rates.ts'

/** What a lane allows. Rates are continuous, without windows; a burst is one second's worth of requests (at least one), six seconds' worth of tokens. */
export interface LaneLimits extends RateLimits {
  /** Leases held at the same time. Default `auto`: as many as the rates allow, at most 1 024. */
  readonly concurrency?: number | 'auto'
  /** Which part of the stated rates is used, in (0, 1]. Default 0.8: others may use the same account. */
  readonly headroom?: number
  /** The same for each key (a host, say). Leave out: no limit but the lane's. */
  readonly perKey?: KeyLimits
}

export const maxAutoConcurrency = 1024
