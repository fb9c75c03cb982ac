import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { burstFor, TokenBucket } from '../../src/schedule/token-bucket.ts'

/** The bucket of a provider, which counts in another way: it fills in steps, whenever somebody asks. */
class Mirror {
  level: number
  readonly #perMs: number
  readonly #burst: number
  #at: number

  constructor(perMinute: number, burst: number, now: number) {
    this.#perMs = perMinute / 60_000
    this.#burst = burst
    this.#at = now
    this.level = burst
  }

  take(cost: number, now: number): void {
    this.level = Math.min(this.#burst, this.level + (now - this.#at) * this.#perMs) - cost
    this.#at = now
  }
}

const hourMs = 3_600_000

const limits = fc.record({
  perMinute: fc.double({ min: 0.5, max: 600_000, noNaN: true }),
  burstSeconds: fc.double({ min: 0.5, max: 20, noNaN: true }),
  startMs: fc.double({ min: 0, max: 1e9, noNaN: true }),
  seed: fc.integer(),
})

describe('a token bucket', () => {
  it('never overdraws a mirror that counts in another way, and uses what it is allowed, for an hour', () => {
    fc.assert(
      fc.property(limits, fc.boolean(), ({ perMinute, burstSeconds, startMs, seed }, pauses) => {
        const burst = (perMinute / 60) * burstSeconds
        const bucket = new TokenBucket(perMinute, burst, startMs)
        const mirror = new Mirror(perMinute, burst, startMs)
        const random = randomFrom(seed)
        let now = startMs
        let taken = 0
        for (;;) {
          const cost = burst * (0.02 + 0.98 * random() ** 2)
          now = Math.max(now, bucket.readyAt(cost))
          if (pauses && random() < 0.05) now += random() * burstSeconds * 3_000
          if (now > startMs + hourMs) break
          bucket.take(cost, now)
          mirror.take(cost, now)
          taken += cost
          if (mirror.level < -1e-6) expect.fail(`overdrawn by ${-mirror.level} at ${now - startMs} ms`)
        }
        // The burst that it began with comes on top, a cost that was not ready yet is missing.
        if (!pauses) expect(taken).toBeGreaterThanOrEqual(0.98 * ((perMinute / 60_000) * hourMs + burst) - burst)
      }),
      { numRuns: 200 },
    )
  })

  it('does not drift with equal costs, whose errors of rounding all point the same way', () => {
    for (const [perMinute, cost] of [
      [600, 1],
      [700, 1],
      [90_000, 7.3],
      [1e6 / 3, 100 / 3],
    ] as const) {
      const burst = Math.max(cost, burstFor(perMinute))
      const bucket = new TokenBucket(perMinute, burst, 1e8 / 3)
      const mirror = new Mirror(perMinute, burst, 1e8 / 3)
      let now = 1e8 / 3
      for (let count = 0; count < 200_000; count += 1) {
        now = Math.max(now, bucket.readyAt(cost))
        bucket.take(cost, now)
        mirror.take(cost, now)
        if (mirror.level < -1e-6) expect.fail(`overdrawn by ${-mirror.level} at take ${count}`)
      }
      const allowed = burst + ((now - 1e8 / 3) * perMinute) / 60_000
      expect((200_000 * cost) / allowed).toBeGreaterThan(0.999_99)
    }
  })

  it('gives its burst at once, then one by one at its rate', () => {
    const bucket = new TokenBucket(600, 3, 1_000)
    const at = [1, 1, 1, 1, 1].map((cost) => {
      const readyAt = Math.max(1_000, bucket.readyAt(cost))
      bucket.take(cost, readyAt)
      return Math.round(readyAt)
    })
    expect(at).toEqual([1_000, 1_000, 1_000, 1_100, 1_200])
  })

  it('takes a cost above its burst when it is full, and pays the debt off first', () => {
    const bucket = new TokenBucket(60, 5, 0)
    bucket.take(1, 0)
    expect(bucket.readyAt(12)).toBeCloseTo(1_000)
    bucket.take(12, 1_000)
    expect(bucket.level(1_000)).toBeCloseTo(-7)
    expect(bucket.readyAt(1)).toBeCloseTo(9_000)
    expect(bucket.readyAt(0)).toBeCloseTo(8_000)
  })

  it('takes a refund as far as it has room', () => {
    const bucket = new TokenBucket(60, 5, 0)
    bucket.take(4, 0)
    bucket.give(3)
    expect(bucket.level(0)).toBeCloseTo(4)
    bucket.give(3)
    expect(bucket.level(0)).toBe(5)
    bucket.take(5, 10)
    expect(bucket.level(10)).toBeCloseTo(0)
  })

  it('books a debt at the time it is told, or as part of the last take', () => {
    const told = new TokenBucket(60, 5, 0)
    const untold = new TokenBucket(60, 5, 0)
    for (const bucket of [told, untold]) bucket.take(1, 0)
    told.give(-3, 2_000)
    untold.give(-3)
    expect(told.level(2_000)).toBeCloseTo(2)
    expect(untold.level(2_000)).toBeCloseTo(3)
  })

  it('has a burst of one second, and of at least one', () => {
    expect([6, 60, 600, 40_000].map(burstFor)).toEqual([1, 1, 10, 40_000 / 60])
  })
})

/** Numbers in [0, 1) from a seed (T. Ettinger's mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

it('a bucket is full from its first moment on, whatever time that is', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e12, noNaN: true }), (now) => {
      expect(new TokenBucket(60, 1, now).readyAt(1)).toBeLessThanOrEqual(now)
    }),
  )
})
