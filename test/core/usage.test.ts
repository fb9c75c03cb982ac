import { expect, it } from 'vitest'
import { addUsage, noUsage } from '../../src/core/usage.ts'

it('usage adds up name by name, and what is not said is nothing', () => {
  const once = addUsage(noUsage, { bytes: 1, inputTokens: 2, outputTokens: 3, cachedInputTokens: 4, costUsd: 0.5 })
  expect(addUsage(once, once)).toEqual({
    bytes: 2,
    inputTokens: 4,
    outputTokens: 6,
    cachedInputTokens: 8,
    costUsd: 1,
  })
  expect(addUsage(once, {})).toEqual(once)
  expect(Object.values(noUsage)).toEqual([0, 0, 0, 0, 0])
})
