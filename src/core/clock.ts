/** Time as weft sees it. Tests inject a clock that they move by hand; everything else uses `systemClock`. */
export interface Clock {
  /** Milliseconds since an arbitrary moment; never goes back. */
  now(): number
  /** Calls `ring` once, `delayMs` from now. */
  startTimer(ring: () => void, delayMs: number): Timer
}

export interface Timer {
  stop(): void
  /** Whether the timer keeps the process alive. */
  hold(alive: boolean): void
}

export const systemClock: Clock = {
  now: () => performance.now(),
  startTimer: (ring, delayMs) => {
    const timer = setTimeout(ring, delayMs)
    return {
      stop: () => clearTimeout(timer),
      hold: (alive) => {
        if (alive) timer.ref()
        else timer.unref()
      },
    }
  },
}
