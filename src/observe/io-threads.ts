/** Threads on which Node reads files and resolves names. */
export interface IoThreads {
  readonly threads: number
  readonly fromEnvironment: boolean
}

/** UV_THREADPOOL_SIZE as libuv reads it: 1 to 1,024, and what is no number counts as 1. */
export function ioThreads(setting: string | undefined): IoThreads {
  if (setting === undefined) return { threads: 4, fromEnvironment: false }
  const threads = Number.parseInt(setting, 10) || 1
  return { threads: threads < 1 ? 1024 : Math.min(threads, 1024), fromEnvironment: true }
}
