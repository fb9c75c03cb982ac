import { expect, test } from 'vitest'
import { startFaultyClaude } from '../../../bench/models/faulty-claude.ts'
import { anthropic } from '../../../models/anthropic.ts'
import { createRuntime } from '../../../src/index.ts'
import { asking, said } from '../../support/generate.ts'

test('fails as it was drawn, and answers in the end', async () => {
  await using claude = await startFaultyClaude(8, 1697, true)
  await using weft = await createRuntime({ lanes: { anthropic: { concurrency: 8 } } })
  const { task } = asking(anthropic({ apiKey: 'sk-test-123456', baseURL: claude.baseURL }))
  const requests = Array.from({ length: 8 }, (_, index) => said(`Call ${index}`))
  const outcomes = await weft.map(requests, task, { retry: { maxAttempts: 10, baseDelayMs: 1 } })
  expect(outcomes.map(({ status }) => status)).toEqual(Array(8).fill('done'))
  expect([...claude.sent.values()].reduce((sum, count) => sum + count, 0)).toBe(claude.necessary)
})

test('the same seed draws the same faults', async () => {
  await using one = await startFaultyClaude(1_000, 5, true)
  await using same = await startFaultyClaude(1_000, 5, true)
  await using none = await startFaultyClaude(1_000, 5, false)
  expect(same.necessary).toBe(one.necessary)
  expect(none.necessary).toBe(1_000)
  expect(one.necessary).toBeGreaterThan(1_080)
  expect(one.necessary).toBeLessThan(1_180)
})
