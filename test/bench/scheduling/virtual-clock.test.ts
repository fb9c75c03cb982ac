import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../bench/scheduling/virtual-clock.ts'

describe('VirtualClock', () => {
  it('goes from timer to timer, in order, to exactly their times', async () => {
    const clock = new VirtualClock()
    const seen: [string, number][] = []
    const note = async (name: string, ms: number): Promise<void> => {
      await clock.pass(ms)
      seen.push([name, clock.now()])
    }
    await clock.run(Promise.all([note('late', 3_600_000), note('early', 1), note('middle', 20.5)]))
    expect(seen).toEqual([
      ['early', 1],
      ['middle', 20.5],
      ['late', 3_600_000],
    ])
  })

  it('stops at the time it is told, and goes on from there', async () => {
    const clock = new VirtualClock()
    const passed = clock.pass(100).then(() => 'passed')
    expect(await clock.run(passed, 99)).toBeUndefined()
    expect(await clock.run(passed, 100)).toBe('passed')
  })

  it('rings late by what it is told, for timers of the runtime alone', async () => {
    const clock = new VirtualClock(() => 7)
    const { promise, resolve } = Promise.withResolvers<number>()
    clock.startTimer(() => resolve(clock.now()), 10)
    expect(await clock.run(promise)).toBe(17)
    await clock.run(clock.pass(10))
    expect(clock.now()).toBe(27)
  })

  it('forgets what was stopped or aborted, and says so when nothing is left', async () => {
    const clock = new VirtualClock()
    clock.startTimer(() => {}, 5).stop()
    const controller = new AbortController()
    const passing = clock.pass(5, controller.signal)
    controller.abort(new Error('enough'))
    await expect(clock.run(passing)).rejects.toThrow('enough')
    await expect(clock.run(new Promise(() => {}))).rejects.toThrow('nothing is left')
    expect(clock.now()).toBe(0)
  })
})
