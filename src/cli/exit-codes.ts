/** How a command ends, for scripts. */
export const exitCodes = {
  done: 0,
  someFailed: 1,
  usage: 2,
  nothingDone: 3,
  interrupted: 130,
  /** Whoever read our output has gone: what a shell reports for a program that SIGPIPE ended. */
  outputClosed: 141,
} as const
