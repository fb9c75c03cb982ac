import type { FailureRecord } from '../../../core/failure.ts'
import { isOfAccount } from '../settling/of-account.ts'

/**
 * Of work that was begun and failed like this nobody knows whether it did what it was to do before: what was thrown may have been thrown behind it,
 * and what was given up goes on. That nothing happened is proved only where the step was never called, or the account was refused.
 */
export function isUnknownEnd(failure: FailureRecord): boolean {
  return !neverCalled.has(failure.code) && !isOfAccount(failure)
}

const neverCalled: ReadonlySet<string> = new Set(['BUDGET_SPENT', 'POOL_UNAVAILABLE', 'WORKER_MODULE'])
