import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { defaultRetry, retryDelayMs } from '../../src/core/retry.ts'

const busy = (retryAfterMs?: number): Failure =>
  new Failure('BUSY', 'busy', { retryable: true, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) })

describe('the delay before another attempt', () => {
  it('lies between nothing and the bound, which doubles up to its maximum', () => {
    const bounds = [1, 2, 3, 9].map((attempts) =>
      retryDelayMs({ ...defaultRetry, maxAttempts: 10 }, busy(), attempts, 1, 0),
    )
    expect(bounds).toEqual([500, 1_000, 2_000, 30_000])
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempts, random) => {
          const delayMs = retryDelayMs(defaultRetry, busy(), attempts, random, 0)!
          expect(delayMs).toBeGreaterThanOrEqual(0)
          expect(delayMs).toBeLessThanOrEqual(500 * 2 ** (attempts - 1))
        },
      ),
    )
  })

  it('is never less than the failure asks for', () => {
    expect(retryDelayMs(defaultRetry, busy(10_000), 1, 0, 0)).toBe(10_000)
    expect(retryDelayMs(defaultRetry, busy(10_000), 1, 0.5, 0)).toBe(10_250)
  })

  it('is none for an attempt that would begin too late after the first one', () => {
    const policy = { ...defaultRetry, maxElapsedMs: 5_000 }
    expect(retryDelayMs(policy, busy(), 1, 0.5, 4_750)).toBe(250)
    expect(retryDelayMs(policy, busy(), 1, 0.5, 4_751)).toBeUndefined()
    expect(retryDelayMs(policy, busy(1_000), 1, 0, 4_001)).toBeUndefined()
  })

  it('is none for what is not retryable, after the last attempt, and when it would be too long', () => {
    expect(retryDelayMs(defaultRetry, new Failure('NO', 'no'), 1, 0, 0)).toBeUndefined()
    expect(retryDelayMs(defaultRetry, busy(), 3, 0, 0)).toBeUndefined()
    expect(retryDelayMs(defaultRetry, busy(600_001), 1, 0, 0)).toBeUndefined()
  })
})
