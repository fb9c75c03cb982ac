import type { Latency } from '../../corpus/latency.ts'

/** How the loopback service behaves. All times are the scenario's own; they pass `speed` times as fast. */
export interface ServiceSetting {
  /** 10: an answer that takes 3 s comes after 0.3 s. */
  readonly speed: number
  /** Of the latencies, of what fails and of what the model says. */
  readonly seed: number
  readonly latency: Latency
  /** Which share of all paths fails, every time, and with which status. */
  readonly failing?: { readonly share: number; readonly status: number }
  /** Paths whose first request is never answered. */
  readonly hanging?: readonly string[]
  /** What is allowed, as a token bucket: beyond it comes 429 with Retry-After. */
  readonly rate?: RateLimit
}

export interface RateLimit {
  readonly requestsPerMinute: number
  /** How many may come at once after a pause. */
  readonly burst: number
}

/** What the service has seen since it was last reset. */
export interface Seen {
  /** Let in, however it was answered then. */
  readonly accepted: number
  /** Answered with 429. */
  readonly refused: number
  /** The most that it worked on at the same time. */
  readonly mostAtOnce: number
}
