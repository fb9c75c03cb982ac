import { spawnSync } from 'node:child_process'
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lockPull } from '../../../src/web/pull/pull-lock.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { failureOf } from '../loopback.ts'

/** A number that a process had and no process has: its owner is known to have ended. */
const endedPid = spawnSync(process.execPath, ['-e', '']).pid

const owner = (pid: number, host = hostname()): string => JSON.stringify({ pid, host, id: 'other' })

describe('lockPull', () => {
  it('keeps others away until it is given back', async () => {
    await using folder = await tempFolder()
    const final = join(folder.path, 'm.gguf')
    {
      await using lock = await lockPull(final, 'm')
      expect(await lock.held()).toBe(true)
      expect(await failureOf(lockPull(final, 'm'))).toMatchObject({ code: 'DOWNLOAD_FAILED', retryable: false })
    }
    expect(await readdir(folder.path)).toEqual([])
    await using again = await lockPull(final, 'm')
    expect(await again.held()).toBe(true)
  })

  it('takes over from a process that has ended', async () => {
    await using folder = await tempFolder({ 'm.gguf.lock': owner(endedPid) })
    await using lock = await lockPull(join(folder.path, 'm.gguf'), 'm')
    expect(await lock.held()).toBe(true)
    expect(await readdir(folder.path)).toEqual(['m.gguf.lock'])
  })

  it.each([
    ['of another machine', owner(endedPid, 'elsewhere')],
    ['of a process that is on', owner(process.pid)],
    ['that is only being written', ''],
  ])('takes over a lock %s when it has not been touched for long, and not before', async (_, token) => {
    await using folder = await tempFolder({ 'm.gguf.lock': token })
    const final = join(folder.path, 'm.gguf')
    expect(await failureOf(lockPull(final, 'm'))).toMatchObject({ code: 'DOWNLOAD_FAILED' })
    const longAgo = new Date(Date.now() - 3_600_000)
    await utimes(`${final}.lock`, longAgo, longAgo)
    await using lock = await lockPull(final, 'm')
    expect(await lock.held()).toBe(true)
  })

  it('is had by one of many that find the same one left behind', async () => {
    await using folder = await tempFolder({ 'm.gguf.lock': owner(endedPid) })
    const final = join(folder.path, 'm.gguf')
    const tried = await Promise.allSettled(Array.from({ length: 20 }, () => lockPull(final, 'm')))
    const locks = tried.filter((one) => one.status === 'fulfilled').map((one) => one.value)
    const held = await Promise.all(locks.map((lock) => lock.held()))
    expect(held.filter((isHeld) => isHeld)).toHaveLength(1)
    for (const lock of locks) await lock[Symbol.asyncDispose]()
    expect(await readdir(folder.path)).toEqual([])
  })

  it('leaves a lock alone that has become somebody else’s', async () => {
    await using folder = await tempFolder()
    const final = join(folder.path, 'm.gguf')
    {
      await using lock = await lockPull(final, 'm')
      await writeFile(`${final}.lock`, owner(1, 'elsewhere'))
      expect(await lock.held()).toBe(false)
    }
    expect(await readFile(`${final}.lock`, 'utf8')).toBe(owner(1, 'elsewhere'))
  })
})
