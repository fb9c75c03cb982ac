import { Failure } from '../../core/failure.ts'
import type { LockOwner } from '../../journal/lock-owner.ts'
import { type OwnerLock, takeLock } from '../../journal/owner-lock.ts'

/**
 * Keeps a second pull, of this or another process, away from a file: `PATH.lock`, as long as it is there.
 *
 * @param what the lock is for, in messages
 * @throws Failure `DOWNLOAD_FAILED` when another pull has it
 */
export function lockPull(final: string, what: string): Promise<OwnerLock> {
  const path = `${final}.lock`
  return takeLock(path, { refused: (owner) => alreadyOn(what, owner, path) })
}

function alreadyOn(what: string, owner: LockOwner | undefined, path: string): Failure {
  const who = owner === undefined ? 'just beginning' : `process ${owner.pid} on ${owner.host}`
  const message = `another pull of ${what} is on (${who}): wait for it, or remove ${path} if it is not`
  const details = owner === undefined ? {} : { details: { pid: owner.pid, host: owner.host } }
  return new Failure('DOWNLOAD_FAILED', message, details)
}
