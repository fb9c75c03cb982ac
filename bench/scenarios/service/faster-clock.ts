import { type Clock, systemClock } from '../../../src/index.ts'

/** The system's clock, `speed` times as fast: a limit of 30 s is then over after 3 s at a speed of 10. */
export function fasterClock(speed: number): Clock {
  return {
    now: () => systemClock.now() * speed,
    startTimer: (ring, delayMs) => systemClock.startTimer(ring, delayMs / speed),
  }
}
