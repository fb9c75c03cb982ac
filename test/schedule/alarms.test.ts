import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Alarm, Alarms } from '../../src/schedule/alarms.ts'
import { ManualClock } from '../fixtures/manual-clock.ts'

interface Rung extends Alarm {
  rungAt: number | undefined
}

function alarm(clock: ManualClock): Rung {
  return {
    bucket: undefined,
    slot: -1,
    rungAt: undefined,
    ring() {
      this.rungAt = clock.now()
    },
  }
}

describe('alarms', () => {
  it('ring once, at their time or at most 1/64 of their delay later, whatever is set and cleared in between', async () => {
    const step = fc.record({
      delayMs: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 200_000 })),
      clear: fc.boolean(),
      waitMs: fc.integer({ min: 0, max: 5_000 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const clock = new ManualClock()
        const alarms = new Alarms(clock)
        const set: { readonly alarm: Rung; readonly at: number; readonly delayMs: number }[] = []
        for (const { delayMs, clear, waitMs } of steps) {
          const one = alarm(clock)
          alarms.set(one, clock.now(), delayMs)
          if (clear) alarms.clear(one)
          else set.push({ alarm: one, at: clock.now() + delayMs, delayMs })
          await clock.advance(waitMs)
        }
        await clock.advance(300_000)
        for (const { alarm: one, at, delayMs } of set) {
          expect(one.rungAt).toBeGreaterThanOrEqual(at)
          expect(one.rungAt).toBeLessThanOrEqual(at + Math.max(1, delayMs / 64) + 1)
        }
        expect(alarms.size).toBe(0)
        alarms.close()
        expect(clock.pending).toBe(0)
      }),
      { numRuns: 40 },
    )
  })

  it('share one timer, which is not touched while later ones are set and cleared', () => {
    let started = 0
    const clock = new ManualClock()
    const counting = {
      now: () => clock.now(),
      startTimer: (ring: () => void, delayMs: number) => {
        started += 1
        return clock.startTimer(ring, delayMs)
      },
    }
    const alarms = new Alarms(counting)
    for (let count = 0; count < 1_000; count += 1) {
      const one = alarm(clock)
      alarms.set(one, clock.now(), 120_000)
      alarms.clear(one)
    }
    expect(started).toBe(1)
  })

  it('keep the process alive only while one is set', () => {
    const held: boolean[] = []
    const alarms = new Alarms({
      now: () => 0,
      startTimer: () => ({ stop: () => {}, hold: (alive) => held.push(alive) }),
    })
    const one = alarm(new ManualClock())
    alarms.set(one, 0, 10)
    alarms.clear(one)
    alarms.set(one, 0, 10)
    expect(held).toEqual([false, true])
  })
})
