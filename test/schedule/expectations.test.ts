import { describe, expect, it } from 'vitest'
import { createRandom } from '../../bench/corpus/random.ts'
import { noUsage } from '../../src/core/usage.ts'
import { Expectations } from '../../src/schedule/expectations.ts'

const fetchPage = (): void => {}

describe('expectations', () => {
  it('are 1 ms while nothing is known, and the mean of all tasks for what is not', () => {
    const expectations = new Expectations()
    expect(expectations.expectedMs('ask')).toBe(1)
    expectations.learn('ask', 100)
    expectations.learn(fetchPage, 10)
    expect(expectations.expectedMs('answer')).toBe(55)
    expect(expectations.expectedMs('ask')).toBe(100)
    expect(expectations.expectedMs(fetchPage)).toBe(10)
  })

  it('are the arithmetic mean of the first tasks of a kind', () => {
    const expectations = new Expectations()
    for (let ms = 1; ms <= 64; ms += 1) expectations.learn('ask', ms)
    expect(expectations.expectedMs('ask')).toBeCloseTo(65 / 2, 10)
  })

  it('follow a kind that has become slower, however long it had been fast', () => {
    const expectations = new Expectations()
    for (let count = 0; count < 10_000; count += 1) expectations.learn('ask', 100)
    for (let count = 0; count < 45; count += 1) expectations.learn('ask', 300)
    expect(expectations.expectedMs('ask')).toBeGreaterThan(200)
    for (let count = 0; count < 300; count += 1) expectations.learn('ask', 300)
    expect(expectations.expectedMs('ask')).toBeGreaterThan(297)
  })

  it('stay near the mean of durations that scatter', () => {
    const expectations = new Expectations()
    const random = createRandom(7)
    // Exponential durations: the mean of 64 scatters by an eighth of it.
    for (let count = 0; count < 5_000; count += 1) {
      expectations.learn('ask', -100 * Math.log(1 - random()))
      if (count > 64) expect(Math.abs(expectations.expectedMs('ask') - 100)).toBeLessThan(60)
    }
  })

  it('are learned from lengths of time only', () => {
    const expectations = new Expectations()
    for (const ms of [Number.NaN, -1, Number.POSITIVE_INFINITY]) expectations.learn('ask', ms)
    expect(expectations.expectedMs('ask')).toBe(1)
  })

  it('hold the mean usage of a kind, in which what a task does not name is 0', () => {
    const expectations = new Expectations()
    expect(expectations.expectedUsage('ask')).toEqual(noUsage)
    expectations.learn('ask', 1)
    expect(expectations.expectedUsage('ask')).toEqual(noUsage)
    expectations.learn('ask', 1, { bytes: 300 })
    const before = expectations.expectedUsage('ask')
    expect(before).toEqual({ ...noUsage, bytes: 150 })
    expectations.learn('ask', 1, {})
    expect(expectations.expectedUsage('ask')).toEqual({ ...noUsage, bytes: 100 })
    expect(before).toEqual({ ...noUsage, bytes: 150 })
    expect(expectations.expectedUsage('answer')).toEqual(noUsage)
  })

  it('forget the oldest names, not the functions, when names have no end', () => {
    const expectations = new Expectations()
    expectations.learn(fetchPage, 7)
    for (let count = 0; count <= 10_000; count += 1) expectations.learn(`page ${count}`, 1_000 + count)
    expect(expectations.expectedMs('page 1')).toBe(1_001)
    expect(expectations.expectedMs('page 0')).not.toBe(1_000)
    expect(expectations.expectedMs(fetchPage)).toBe(7)
  })
})
