import { isMainThread } from 'node:worker_threads'

/** Windows has no such users, and a worker thread cannot change its user. */
export const canBeUnprivileged: boolean = process.getuid !== undefined && (process.getuid() !== 0 || isMainThread)

const nobody = 65_534

/** Runs as a user whom file permissions hold for: as root they hold for nobody, so root is laid down meanwhile. */
export async function unprivileged<T>(run: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return run()
  process.seteuid?.(nobody)
  try {
    return await run()
  } finally {
    process.seteuid?.(0)
  }
}
