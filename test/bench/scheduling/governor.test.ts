import { describe, expect, it } from 'vitest'
import { drive, type Service } from '../../../bench/scheduling/provider/drive.ts'

const concurrent = { concurrent: 20, answerMs: 4_000 }
const perMinute = { perMinute: 600, answerMs: 500 }

describe('a lane that is told nothing finds what its provider allows', () => {
  it.each<[string, Service]>([
    ['20 at the same time, by 429 alone', { ...concurrent, hasHeaders: false }],
    ['20 at the same time, by 429 with retry-after', { ...concurrent, hasHeaders: true }],
    ['600 a minute, by 429 alone', { ...perMinute, hasHeaders: false }],
    ['600 a minute, by headers', { ...perMinute, hasHeaders: true }],
    ['20 at the same time, answers vary', { ...concurrent, sigma: 0.6, hasHeaders: false }],
    ['200 at the same time, answers vary', { concurrent: 200, answerMs: 3_000, sigma: 0.5, hasHeaders: false }],
    ['3 at the same time', { concurrent: 3, answerMs: 2_000, hasHeaders: false }],
    ['600 a minute, a whole minute at once', { ...perMinute, burst: 600, hasHeaders: false }],
    ['50 a minute, by headers', { perMinute: 50, answerMs: 3_000, hasHeaders: true }],
  ])('%s', async (_, service) => {
    for (const seed of [1, 2]) {
      const { share, refused } = await drive(service, 8, 120_000, seed)
      expect(share).toBeGreaterThanOrEqual(0.9)
      expect(refused).toBeLessThanOrEqual(0.02)
    }
  })
})

describe('a lane before a provider that refuses every twentieth request by chance', () => {
  const noise = 0.05
  it.each<[string, Service]>([
    ['20 at the same time', { ...concurrent, noise, hasHeaders: false }],
    ['20 at the same time, with retry-after', { ...concurrent, noise, hasHeaders: true }],
    ['20 at the same time, answers vary', { ...concurrent, sigma: 0.6, noise, hasHeaders: false }],
    ['600 a minute', { ...perMinute, noise, hasHeaders: false }],
    ['600 a minute, by headers', { ...perMinute, noise, hasHeaders: true }],
    ['400 at the same time', { concurrent: 400, answerMs: 1_300, sigma: 0.3, noise, hasHeaders: false }],
  ])('finds what it allows: %s', async (_, service) => {
    for (const seed of [1, 2]) {
      const { share, refused } = await drive(service, 8, 120_000, seed)
      expect(share).toBeGreaterThanOrEqual(0.85)
      expect(refused).toBeLessThanOrEqual(0.1)
    }
  })

  it('grows as far as it may where nothing is limited', async () => {
    for (const seed of [1, 2]) {
      const { running } = await drive({ answerMs: 1_300, sigma: 0.3, noise, hasHeaders: false }, 4, 120_000, seed)
      expect(running).toBeGreaterThan(100)
    }
  })
})
