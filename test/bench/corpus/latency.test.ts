import { expect, test } from 'vitest'
import { loadCorpus } from '../../../bench/corpus/corpus.ts'
import { latencyMs } from '../../../bench/corpus/latency.ts'
import { demoSetting } from '../../../bench/corpus/server.ts'

const { seed, latency } = demoSetting

test('is the same for a path whatever was asked before, and another for another seed', () => {
  const setting = { medianMs: 100, sigma: 1, maxMs: 10_000 }
  expect(latencyMs('/a', 1, setting)).toBe(latencyMs('/a', 1, setting))
  expect(latencyMs('/a', 1, setting)).not.toBe(latencyMs('/a', 2, setting))
  expect(latencyMs('/a', 1, 'none')).toBe(0)
})

test('is log-normal: the median is the median, a tail is heavy, the limit holds', () => {
  const drawn = Array.from({ length: 20_000 }, (_, at) =>
    latencyMs(`/${at}`, 7, { medianMs: 200, sigma: 1, maxMs: 3_000 }),
  )
  drawn.sort((one, other) => one - other)
  expect(drawn[10_000]).toBeGreaterThan(190)
  expect(drawn[10_000]).toBeLessThan(210)
  // 1.645 standard deviations above the median of the logarithm lies the 95th percentile.
  expect(drawn[19_000]).toBeGreaterThan(200 * Math.exp(1.645) * 0.93)
  expect(drawn[19_000]).toBeLessThan(200 * Math.exp(1.645) * 1.07)
  expect(drawn.at(-1)).toBe(3_000)
})

test('adds up to what the demo promises', () => {
  const delays = loadCorpus()
    .filter((page) => page.demo)
    .map((page) => latencyMs(page.path, seed, latency))
  const sum = delays.reduce((total, delay) => total + delay, 0)
  expect(sum).toBeGreaterThan(12_000)
  expect(sum).toBeLessThan(14_000)
  expect(Math.max(...delays)).toBeGreaterThan(1_200)
  expect(Math.max(...delays)).toBeLessThan(2_000)
})
