import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Latencies } from '../../src/schedule/latencies.ts'

describe('latencies', () => {
  it('say nothing before there are 20 of them', () => {
    const latencies = filled(19, () => 5)
    expect(latencies.quantile(0.95)).toBeUndefined()
    latencies.record(5)
    expect(latencies.quantile(0.95)).toBe(5)
  })

  it('know what share took at most how long, fractions and nothing at all included', () => {
    const latencies = filled(100, (index) => index / 4)
    expect(latencies.quantile(0.95)).toBe(94 / 4)
    expect(latencies.quantile(0.5)).toBe(49 / 4)
    expect(latencies.quantile(1)).toBe(99 / 4)
    expect(latencies.quantile(0.001)).toBe(0)
  })

  it('cover the share that was asked for, of samples that are at most a sixteenth old', () => {
    const samples = fc.array(fc.double({ min: 0, max: 1e7, noNaN: true }), { minLength: 20, maxLength: 200 })
    fc.assert(
      fc.property(samples, fc.double({ min: 0.01, max: 1, noNaN: true }), (all, share) => {
        const latencies = new Latencies()
        for (const ms of all) {
          latencies.record(ms)
          latencies.quantile(share)
        }
        const within = all.filter((ms) => ms <= latencies.quantile(share)!).length
        expect(within).toBeGreaterThanOrEqual(share * all.length - all.length / 16 - 1)
      }),
    )
  })

  it('forget the distant past', () => {
    const latencies = filled(5_000, () => 1_000)
    for (let count = 0; count < 999; count += 1) latencies.record(1)
    expect(latencies.count).toBe(1_000)
    expect(latencies.quantile(0.95)).toBe(1)
    expect(latencies.quantile(1)).toBe(1_000)
    for (let count = 0; count < 100; count += 1) latencies.record(1)
    expect(latencies.quantile(1)).toBe(1)
  })
})

function filled(count: number, sample: (index: number) => number): Latencies {
  const latencies = new Latencies()
  for (let index = 0; index < count; index += 1) latencies.record(sample(index))
  return latencies
}
