/**
 * What a failure of a provider is about. Its lane acts on it:
 *
 * - `rate`: too much was asked (429). The task is queued again, which costs it no attempt. Where it says for how long, or more are refused than
 *   come by chance, the lane cools and shrinks.
 * - `overload`: the provider has too much to do (529, 503). The same, but the attempt counts.
 * - `timeout`: no answer, or no first token, in time. Where that is more than chance the lane shrinks; the attempt counts.
 * - `connection`: the way there broke.
 * - `spending-cap`, `auth`: nothing that is sent will be answered. The lane stops: what waits for it is skipped.
 * - `input`, `content`: this request is refused, others are not.
 */
export type FailureKind = 'rate' | 'overload' | 'spending-cap' | 'auth' | 'input' | 'content' | 'connection' | 'timeout'

/** What a provider said while an attempt was on its way: its lane's governor goes by it. */
export interface ProviderReport {
  /** From the request being sent until the first token came, in milliseconds. */
  readonly firstTokenMs?: number
  readonly limits?: ProviderLimits
}

/** The rate limits of an account, as the last answer stated them. */
export interface ProviderLimits {
  readonly requests?: RateWindow
  readonly inputTokens?: RateWindow
  readonly outputTokens?: RateWindow
}

export interface RateWindow {
  /** Per minute. */
  readonly limit: number
  /** How much of it is left now. */
  readonly remaining: number
  /** When it is whole again, in milliseconds from now. */
  readonly resetMs: number
}
