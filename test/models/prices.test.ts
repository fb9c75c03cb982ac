import { describe, expect, test } from 'vitest'
import { costOf, priceOf, prices } from '../../models/prices.ts'

const none = { input: 0, output: 0, cacheWrite: 0, cacheWriteHour: 0, cacheRead: 0 }
const million = 1_000_000

describe('the table', () => {
  test('has a day, a source, and what each model costs', () => {
    expect(prices.asOf).toMatch(/^20\d\d-\d\d-\d\d$/)
    expect(prices.source).toMatch(/^https:\/\/platform\.claude\.com\/\S+ /)
    for (const [model, price] of Object.entries(prices.usdPerMillionTokens)) {
      expect(model).toMatch(/^claude-[a-z]+-\d(-\d)?$/)
      const { input, output, cacheRead = -1, cacheWrite = -1, cacheWriteHour = -1 } = price
      expect([
        cacheRead > 0,
        cacheRead < input,
        input < cacheWrite,
        cacheWrite < cacheWriteHour,
        input < output,
      ]).toEqual(Array(5).fill(true))
    }
  })

  test('is asked by name, with or without its date; what the caller says wins', () => {
    const own = { 'claude-haiku-4-5': { input: 7, output: 8 } }
    expect(priceOf('claude-haiku-4-5-20251001')).toBe(prices.usdPerMillionTokens['claude-haiku-4-5'])
    expect(priceOf('claude-haiku-4-5-20251001', own)).toBe(own['claude-haiku-4-5'])
    expect(priceOf('claude-nobody')).toBeUndefined()
    expect(priceOf('constructor')).toBeUndefined()
  })
})

describe('the cost', () => {
  const price = { input: 1, output: 5, cacheWrite: 1.25, cacheWriteHour: 2, cacheRead: 0.1 }

  test.each([
    ['input', 1],
    ['output', 5],
    ['cacheWrite', 1.25],
    ['cacheWriteHour', 2],
    ['cacheRead', 0.1],
  ] as const)('of a million tokens of %s is $%d', (kind, usd) => {
    expect(costOf({ ...none, [kind]: million }, price)).toBeCloseTo(usd, 10)
    // What the cache costs is a part of what input costs, where nobody says.
    expect(costOf({ ...none, [kind]: million }, { input: 1, output: 5 })).toBeCloseTo(usd, 10)
  })

  test('of a long request is another for all of its tokens, cached or not', () => {
    const tiered = { ...price, long: { aboveInputTokens: 100_000, input: 5, output: 25, cacheRead: 0.5 } }
    expect(costOf({ ...none, input: 60_000, cacheRead: 40_000, output: 1_000 }, tiered)).toBeCloseTo(0.069, 10)
    expect(costOf({ ...none, input: 60_000, cacheRead: 40_001, output: 1_000 }, tiered)).toBeCloseTo(0.3450005, 10)
  })
})
