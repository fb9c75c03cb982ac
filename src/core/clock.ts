/** Time as weft sees it. Tests inject a clock that they move by hand; everything else uses `systemClock`. */
export interface Clock {
  /** Milliseconds since an arbitrary moment; never goes back. */
  now(): number
  /** Calls `ring` once, `delayMs` from now; after about 24 days at the latest. */
  startTimer(ring: () => void, delayMs: number): Timer
}

export interface Timer {
  stop(): void
  /** Whether the timer keeps the process alive. */
  hold(alive: boolean): void
}

/** Node's longest timer. A longer one would ring at once; this one rings early, and whoever set it looks at the time. */
export const maxTimerMs: number = 2 ** 31 - 1

// `process` is looked up through an accessor each time, which takes a tenth of what reading the time does.
const { hrtime } = process

export const systemClock: Clock = {
  // Less than what performance.now() takes, and it is read for every task.
  now: () => {
    const time = hrtime()
    return time[0] * 1e3 + time[1] / 1e6
  },
  startTimer: (ring, delayMs) => {
    const timer = setTimeout(ring, Math.min(delayMs, maxTimerMs))
    return {
      stop: () => clearTimeout(timer),
      hold: (alive) => {
        if (alive) timer.ref()
        else timer.unref()
      },
    }
  },
}
