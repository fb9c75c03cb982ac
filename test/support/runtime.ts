import { afterEach, expect } from 'vitest'
import { createRuntime, type Outcome, type Runtime, type RuntimeOptions } from '../../src/index.ts'
import { ManualClock } from '../fixtures/manual-clock.ts'

// One runtime for each test, on a clock that stands until it is moved. What a test leaves behind makes it fail.

export let weft: Runtime
export let clock: ManualClock

export async function start(given: RuntimeOptions = {}): Promise<void> {
  clock = new ManualClock()
  weft = await createRuntime({ clock, random: () => 0.5, ...given })
}

afterEach(async () => {
  expect(weft.lanes().filter((lane) => lane.running + lane.waiting > 0)).toEqual([])
  await weft.close()
  expect(clock.pending).toBe(0)
})

export function statuses(outcomes: readonly Outcome<unknown>[]): string[] {
  return outcomes.map(({ status }) => status)
}
