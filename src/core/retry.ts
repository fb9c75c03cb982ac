import type { Failure } from './failure.ts'

/** When a failed attempt is tried again. Only failures that are `retryable` are. */
export interface RetryPolicy {
  /** Attempts in all, the first included. Default 3, minimum 1. */
  readonly maxAttempts: number
  /** Upper bound of the delay after the first failed attempt, in milliseconds. Default 500. */
  readonly baseDelayMs: number
  /** By how much the bound grows with each further attempt. Default 2. */
  readonly factor: number
  /** Largest bound, in milliseconds. Default 30 000. */
  readonly maxDelayMs: number
  /** A failure that asks for a longer wait than this is not retried, in milliseconds. Default 600 000. */
  readonly maxRetryAfterMs: number
  /** No attempt begins later than this after the first one, in milliseconds. Default: no limit. */
  readonly maxElapsedMs: number
}

export const defaultRetry: RetryPolicy = {
  maxAttempts: 3,
  baseDelayMs: 500,
  factor: 2,
  maxDelayMs: 30_000,
  maxRetryAfterMs: 600_000,
  maxElapsedMs: Number.POSITIVE_INFINITY,
}

/**
 * How long to wait before the next attempt, in milliseconds, or undefined when there shall be none.
 *
 * Exponential backoff with full jitter (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015). A wait that
 * the failure asks for wins; up to a tenth of it on top keeps those who were told the same from coming back as one.
 *
 * @param attempts attempts made so far, at least 1
 * @param random a number in [0, 1)
 * @param elapsedMs since the first attempt began
 */
export function retryDelayMs(
  policy: RetryPolicy,
  failure: Failure,
  attempts: number,
  random: number,
  elapsedMs: number,
): number | undefined {
  if (!failure.retryable || attempts >= policy.maxAttempts) return undefined
  const boundMs = backOffBoundMs(policy, attempts)
  const { retryAfterMs } = failure
  // A task may throw anything: what is no length of time asks for none.
  const isAsked = retryAfterMs !== undefined && retryAfterMs >= 0
  const delayMs = isAsked ? retryAfterMs + random * Math.min(boundMs, retryAfterMs / 10) : random * boundMs
  if ((isAsked && retryAfterMs > policy.maxRetryAfterMs) || elapsedMs + delayMs > policy.maxElapsedMs) return undefined
  return delayMs
}

/** The longest that is waited after so many attempts, in milliseconds. */
export function backOffBoundMs({ baseDelayMs, factor, maxDelayMs }: RetryPolicy, attempts: number): number {
  return Math.min(maxDelayMs, baseDelayMs * Math.min(factor ** (attempts - 1), Number.MAX_VALUE))
}
