import { exitCodes } from './exit-codes.ts'

export interface Interrupt extends Disposable {
  /** How often the user has asked to stop. */
  readonly count: number
}

/**
 * Ctrl-C, and what a terminal or a service manager sends to stop a program. The first one is for ending well, the second for
 * ending now; a third ends the process, should that hang.
 */
export function onInterrupt(drain: () => void, cancel: () => void): Interrupt {
  let count = 0
  const interrupted = (): void => {
    count += 1
    if (count === 1) drain()
    else if (count === 2) cancel()
    else process.exit(exitCodes.interrupted)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, interrupted)
  return {
    get count() {
      return count
    },
    [Symbol.dispose]() {
      for (const signal of signals) process.off(signal, interrupted)
    },
  }
}
