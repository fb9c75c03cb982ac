import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCodeOf, Failure, messageOf } from '../core/failure.ts'
import type { LockOwner } from './lock-owner.ts'
import { livingOwner, type OwnerLock, takeLock } from './owner-lock.ts'

/**
 * Makes the folder of a journal, and its lock.
 *
 * @throws Failure `JOURNAL_LOCKED` when a living process has it, `JOURNAL_FAILED` when the folder cannot be written
 */
export async function lockJournal(folder: string, onLost: (failure: Failure) => void): Promise<OwnerLock> {
  try {
    await mkdir(folder, { recursive: true })
    return await takeLock(join(folder, 'lock'), {
      refused: (owner) => locked(folder, owner),
      onLost: () => onLost(lost(folder)),
    })
  } catch (error) {
    if (Failure.is(error)) throw error
    const reason = errorCodeOf(error) ?? 'ERROR'
    // What Node throws names its code itself.
    const why = messageOf(error).startsWith(`${reason}: `) ? messageOf(error) : `${reason}: ${messageOf(error)}`
    const message = `the folder ${folder} of the journal cannot be written (${why}): see its permissions and its space`
    throw new Failure('JOURNAL_FAILED', message, { details: { reason }, cause: error })
  }
}

/** The living process that writes a journal. */
export function writerOf(folder: string): ReturnType<typeof livingOwner> {
  return livingOwner(join(folder, 'lock'))
}

function locked(folder: string, owner: LockOwner | undefined): Failure {
  const begin = `the journal in ${folder} is written by another process`
  if (owner === undefined) return new Failure('JOURNAL_LOCKED', `${begin}, which is just beginning: wait for it`)
  const { pid, host, since } = owner
  const message = `${begin} (${pid} on ${host}${since === undefined ? '' : `, since ${since}`}): wait for it, or end it`
  return new Failure('JOURNAL_LOCKED', message, { details: { pid, host, ...(since === undefined ? {} : { since }) } })
}

function lost(folder: string): Failure {
  const message = `the journal in ${folder} was taken over by another process, because this one stood still for a minute: nothing more is recorded here`
  return new Failure('JOURNAL_LOCKED', message)
}
