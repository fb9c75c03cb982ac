import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { thisOwner } from '../../src/journal/lock-owner.ts'
import { openJournal } from '../../src/journal/open-journal.ts'
import { type OwnerLock, takeLock } from '../../src/journal/owner-lock.ts'
import { exitOf, nextChunk } from '../support/child.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { failureOf } from '../web/loopback.ts'

const writer = new URL('./writer-process.ts', import.meta.url).pathname

/** A number that a process had and no process has: its owner is known to have ended. */
const endedPid = spawnSync(process.execPath, ['-e', '']).pid

const refused = (): Error => new Error('refused')
const take = (path: string): Promise<OwnerLock> => takeLock(path, { refused })

async function ownerText(change: object): Promise<string> {
  return JSON.stringify({ ...(await thisOwner()), ...change })
}

describe('takeLock', () => {
  it('takes over at once from a process that has ended, and from one whose number was given to another', async () => {
    await using folder = await tempFolder()
    const path = join(folder.path, 'lock')
    const { started } = await thisOwner()
    const left = [await ownerText({ pid: endedPid })]
    // Where the system does not say when a process began, it is only told by its silence.
    if (started !== undefined) left.push(await ownerText({ started: `${started}0` }))
    for (const text of left) {
      await writeFile(path, text)
      await using lock = await take(path)
      expect(await lock.held()).toBe(true)
      expect(await readdir(folder.path)).toEqual(['lock'])
    }
  })

  it.runIf(process.platform === 'linux')(
    'takes over from a process that has ended and waits for its parent',
    async () => {
      await using folder = await tempFolder()
      const path = join(folder.path, 'lock')
      const blocked = `const { pid } = require('child_process').spawn('true')
      require('fs').writeSync(1, String(pid))
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)`
      const parent = spawn(process.execPath, ['-e', blocked], { stdio: ['ignore', 'pipe', 'ignore'] })
      try {
        const pid = Number(await nextChunk(parent.stdout))
        let fields: string[]
        do fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(' ')
        while (fields[2] !== 'Z')
        const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
        await writeFile(path, await ownerText({ pid, started: `${boot}:${fields[21]}` }))
        await using lock = await take(path)
        expect(await lock.held()).toBe(true)
      } finally {
        parent.kill('SIGKILL')
      }
    },
  )

  it('leaves a living owner alone, however long it is silent', async () => {
    await using folder = await tempFolder()
    const path = join(folder.path, 'lock')
    await using _ = await take(path)
    const owner = await readFile(path, 'utf8')
    if ((await thisOwner()).started !== undefined) await utimes(path, 0, 0)
    await expect(take(path)).rejects.toThrow('refused')
    expect(await readFile(path, 'utf8')).toBe(owner)
  })

  it.each([
    ['on another host', { pid: endedPid, host: 'elsewhere' }],
    ['in another namespace of processes', { pid: endedPid, space: 'pid:[1]' }],
  ])('waits a minute for one %s', async (_, change) => {
    await using folder = await tempFolder()
    const path = join(folder.path, 'lock')
    await writeFile(path, await ownerText(change))
    await expect(take(path)).rejects.toThrow('refused')
    const then = new Date(Date.now() - 61_000)
    await utimes(path, then, then)
    await using lock = await take(path)
    expect(await lock.held()).toBe(true)
  })

  it('goes on where a taker died while it was taking over', async () => {
    await using folder = await tempFolder()
    const path = join(folder.path, 'lock')
    const dead = await ownerText({ pid: endedPid, id: 'first' })
    const successor = `${path}.${createHash('sha256').update(dead).digest('hex').slice(0, 16)}`
    await writeFile(path, dead)
    await writeFile(successor, await ownerText({ pid: endedPid, id: 'second' }))
    await using lock = await take(path)
    expect(await lock.held()).toBe(true)
    expect(await readdir(folder.path)).toEqual(['lock'])
  })

  it('gives it to one of many, over and over', async () => {
    await using folder = await tempFolder()
    const path = join(folder.path, 'lock')
    for (let round = 0; round < 10; round++) {
      await writeFile(path, await ownerText({ pid: endedPid, id: String(round) }))
      const tried = await Promise.allSettled(Array.from({ length: 12 }, () => take(path)))
      const locks = tried.filter((one) => one.status === 'fulfilled').map((one) => one.value)
      expect(locks).toHaveLength(1)
      expect(await locks[0]!.held()).toBe(true)
      await locks[0]![Symbol.asyncDispose]()
    }
  })
})

describe('the lock of a journal', () => {
  it('names the living process that writes it, and falls with it', async () => {
    await using folder = await tempFolder()
    const child = spawn(process.execPath, [writer, folder.path, 'process'], { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = exitOf(child)
    try {
      await nextChunk(child.stdout)
      child.stdout.resume()
      const failure = await failureOf(openJournal(folder.path))
      expect(failure).toMatchObject({ code: 'JOURNAL_LOCKED', details: { pid: child.pid, host: hostname() } })
      expect(failure.message).toContain(`${child.pid} on ${hostname()}, since 2`)
    } finally {
      child.kill('SIGKILL')
    }
    await ended
    await using journal = await openJournal(folder.path)
    expect(await journal.runs()).toHaveLength(1)
  })
})
