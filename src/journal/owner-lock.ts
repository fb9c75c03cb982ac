import { createHash, randomUUID } from 'node:crypto'
import { link, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { errorCodeOf } from '../core/failure.ts'
import { type LockOwner, ownerOf, stateOf, thisOwner } from './lock-owner.ts'

/** How often a lock's owner touches it, and how long after the last time it counts as left behind, in milliseconds. */
const touchMs = 5_000
const silentMs = 60_000

/** A file that keeps others away as long as its owner lives. */
export interface OwnerLock extends AsyncDisposable {
  /** Whether it is still ours: on a disk that is shared, a process that was stopped for a minute may have lost it. */
  held(): Promise<boolean>
}

export interface LockOptions {
  /** What is thrown when another one has it; undefined: whoever is just taking it cannot be named yet. */
  refused(owner: LockOwner | undefined): Error
  /** Called once when it is found to be ours no more. */
  onLost?(): void
}

/**
 * Takes a lock, from a dead owner at once, and from one that cannot be seen from here when it has been silent for a minute. Of several that
 * find the same owner dead, one gets it.
 */
export async function takeLock(path: string, { refused, onLost }: LockOptions): Promise<OwnerLock> {
  const token = JSON.stringify(await thisOwner())
  await acquire(path, token, refused)
  const held = async (): Promise<boolean> => (await read(path)) === token
  const touching = setInterval(async () => {
    // A disk that cannot be read just now says nothing about who has the lock.
    if (await held().catch(() => true)) return touch(path).catch(() => {})
    clearInterval(touching)
    onLost?.()
  }, touchMs).unref()
  return {
    held,
    async [Symbol.asyncDispose]() {
      clearInterval(touching)
      if (await held()) await rm(path, { force: true })
    },
  }
}

/** Who holds a lock, if that is a living process; `{}`: one that cannot be named yet. Writes nothing. */
export async function livingOwner(path: string): Promise<Pick<LockOwner, 'since'> | undefined> {
  const found = await read(path)
  // Nothing of ours is on its disk: where only silence tells, our clock has to do.
  if (found === undefined || (await isLeft(path, found, async () => Date.now()))) return undefined
  return ownerOf(found) ?? {}
}

/**
 * A lock that was left behind is replaced by whoever holds a second lock, named after the very token that was found. So nobody replaces what
 * another one has replaced already; and one who dies meanwhile is replaced in the same way.
 */
async function acquire(path: string, token: string, refused: LockOptions['refused']): Promise<void> {
  const ours = `${path}.${randomUUID()}`
  try {
    for (;;) {
      await writeFile(ours, token)
      if (await create(ours, path, token)) return
      const found = await read(path)
      if (found === undefined) continue
      if (!(await isLeft(path, found, () => touchedMs(ours)))) throw refused(ownerOf(found))
      const succession = `${path}.${createHash('sha256').update(found).digest('hex').slice(0, 16)}`
      await acquire(succession, token, refused)
      try {
        if ((await read(path)) !== found) continue
        await rename(ours, path)
        return
      } finally {
        await rm(succession, { force: true })
      }
    }
  } finally {
    await rm(ours, { force: true })
  }
}

/** A name for a file that is whole already, so that nobody ever finds a lock without its owner; on a disk without links a new file. */
async function create(ours: string, path: string, token: string): Promise<boolean> {
  try {
    await link(ours, path)
    return true
  } catch (error) {
    if (errorCodeOf(error) === 'EEXIST') return false
  }
  try {
    await writeFile(path, token, { flag: 'wx' })
    return true
  } catch (error) {
    if (errorCodeOf(error) === 'EEXIST') return false
    throw error
  }
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Its process is gone, or cannot be seen from here and has long been silent. */
async function isLeft(path: string, found: string, nowMs: () => Promise<number>): Promise<boolean> {
  const owner = ownerOf(found)
  const state = owner === undefined ? 'unknown' : await stateOf(owner)
  if (state !== 'unknown') return state === 'dead'
  const [theirs, now] = await Promise.all([touchedMs(path).catch(() => undefined), nowMs()])
  return theirs !== undefined && now - theirs > silentMs
}

/** By the clock of the disk: those of two machines may differ by more than a minute. */
async function touchedMs(path: string): Promise<number> {
  return (await stat(path)).mtimeMs
}

/** Writes what is there already: all tokens begin alike, so this does no harm where the lock has just become another one's. */
async function touch(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.write('{', 0)
  } finally {
    await file.close()
  }
}
