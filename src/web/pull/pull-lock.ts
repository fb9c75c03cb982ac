import { randomUUID } from 'node:crypto'
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import * as v from 'valibot'
import { errorCodeOf, Failure } from '../../core/failure.ts'

/** How often a lock's owner touches it, and how long after the last time it counts as left behind, in milliseconds. */
const touchMs = 5_000
const staleMs = 60_000

/** Keeps a second pull, of this or another process, away from a file: `PATH.lock`, as long as it is there. */
export interface PullLock extends AsyncDisposable {
  /** Whether it is still ours: a process that was stopped for a minute may have lost it. */
  held(): Promise<boolean>
}

/**
 * @param what the lock is for, in messages
 * @throws Failure `DOWNLOAD_FAILED` when another pull has it
 */
export async function lockPull(final: string, what: string): Promise<PullLock> {
  const path = `${final}.lock`
  const token = JSON.stringify({ pid: process.pid, host: hostname(), id: randomUUID() })
  while (!(await create(path, token))) {
    const owner = await read(path)
    if (owner === undefined) continue
    if (!(await isStale(path, owner))) throw alreadyOn(what, owner, path)
    await remove(path, owner)
  }
  const touching = setInterval(() => {
    const now = new Date()
    utimes(path, now, now).catch(() => {})
  }, touchMs).unref()
  const held = async (): Promise<boolean> => (await read(path)) === token
  return {
    held,
    async [Symbol.asyncDispose]() {
      clearInterval(touching)
      if (await held()) await rm(path, { force: true })
    },
  }
}

/** A lock that is just being written has no owner yet, and is nobody's to remove. */
async function create(path: string, token: string): Promise<boolean> {
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

/** Its process is gone, or (on another machine, in another container, or with its number given to another) it has long been silent. */
async function isStale(path: string, owner: string): Promise<boolean> {
  const { pid, host } = ownerOf(owner)
  if (host === hostname() && !isAlive(pid)) return true
  const found = await stat(path).catch(() => undefined)
  return found !== undefined && Date.now() - found.mtimeMs > staleMs
}

/** Two may find the same lock stale: the name is taken away first, so that only one of them takes it, and never the lock of the other. */
async function remove(path: string, owner: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`
  try {
    await rename(path, aside)
  } catch {
    return
  }
  const taken = await read(aside)
  if (taken !== undefined && taken !== owner) await create(path, taken)
  await rm(aside, { force: true })
}

const ownerSchema = v.object({ pid: v.number(), host: v.string() })

function ownerOf(token: string): v.InferOutput<typeof ownerSchema> {
  try {
    return v.parse(ownerSchema, JSON.parse(token))
  } catch {
    return { pid: 0, host: '' }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCodeOf(error) === 'EPERM'
  }
}

function alreadyOn(what: string, owner: string, path: string): Failure {
  const { pid, host } = ownerOf(owner)
  const message = `another pull of ${what} is on (process ${pid} on ${host}): wait for it, or remove ${path} if it is not`
  return new Failure('DOWNLOAD_FAILED', message, { details: { pid, host } })
}
