import { spawnSync } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { openJournal } from '../../src/journal/open-journal.ts'
import { runChild } from '../support/child.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { canBeUnprivileged, unprivileged } from '../support/unprivileged.ts'
import { failureOf } from '../web/loopback.ts'
import { newRun } from './conformance.ts'
import { all, figures, settled, work } from './records.ts'

const writer = new URL('./writer-process.ts', import.meta.url).pathname

async function written(folder: string, items = 300): Promise<string> {
  await using journal = await openJournal(folder)
  const { id } = await journal.begin(newRun)
  await using run = await journal.open(id)
  for (let item = 0; item < items; item++) {
    run.done(work(item), JSON.stringify('v'.repeat(200)), figures)
    run.settled(settled(item, item + 1))
  }
  return id
}

describe('a journal that cannot be used is left as it is', () => {
  it.each([
    ['no database', (_: Buffer) => Buffer.from('name,website\nweft,https://weft.example\n'.repeat(100))],
    ['damaged', (db: Buffer) => Buffer.concat([db.subarray(0, 8_192), Buffer.alloc(db.length - 8_192, 0x5a)])],
    ['cut off', (db: Buffer) => db.subarray(0, db.length - 20_000)],
  ])('when it is %s', async (_, damage) => {
    await using folder = await tempFolder()
    await written(folder.path)
    const path = join(folder.path, 'journal.db')
    const content = damage(await readFile(path))
    await writeFile(path, content)
    expect(await failureOf(openJournal(folder.path))).toMatchObject({
      code: 'JOURNAL_CORRUPT',
      message: expect.stringContaining(folder.path),
    })
    expect((await readFile(path)).equals(content)).toBe(true)
    expect(await readdir(folder.path)).not.toContain('lock')
  })

  it('when a newer weft wrote it', async () => {
    await using folder = await tempFolder()
    await written(folder.path)
    const path = join(folder.path, 'journal.db')
    const db = new DatabaseSync(path)
    db.exec('UPDATE meta SET version = 99')
    db.close()
    const content = await readFile(path)
    const failure = await failureOf(openJournal(folder.path))
    expect(failure).toMatchObject({ code: 'JOURNAL_NEWER', details: { version: 99 } })
    expect((await readFile(path)).equals(content)).toBe(true)
  })
})

describe('a journal that cannot be written', () => {
  // Windows has no such limit.
  it.skipIf(process.platform === 'win32')('stops whole when the disk takes no more, and goes on later', async () => {
    await using folder = await tempFolder()
    // So many blocks of 512 or 1,024 bytes may a file have: the same to SQLite as a full disk.
    const child = await runChild('sh', [
      '-c',
      'ulimit -f 512; exec "$0" "$@"',
      process.execPath,
      writer,
      folder.path,
      'process',
    ])
    const lines = child.stdout.trim().split('\n')
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ code: 'JOURNAL_FAILED', details: { reason: 'SQLITE_IOERR' } })
    expect(child.code).toBe(0)
    const acknowledged = Number(lines.at(-2))
    expect(acknowledged).toBeGreaterThan(0)
    await using journal = await openJournal(folder.path)
    await using run = await journal.open('job-1')
    expect(await all(run.settledAfter(0))).toHaveLength(acknowledged)
    run.settled(settled(acknowledged, acknowledged + 1))
    await run.committed()
  })

  const tmpfs = spawnSync('sh', [
    '-c',
    'd=$(mktemp -d) && mount -t tmpfs -o size=64k tmpfs $d && umount $d && rmdir $d',
  ])
  // Only root may mount; the limit above is the same case for everybody else.
  it.skipIf(tmpfs.status !== 0)('says that there is no space left', async () => {
    await using folder = await tempFolder()
    const small = join(folder.path, 'small')
    await mkdir(small)
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', small]).status).toBe(0)
    try {
      const { stdout } = await runChild(process.execPath, [writer, join(small, 'journal'), 'process'])
      const lines = stdout.trim().split('\n')
      expect(['SQLITE_FULL', 'ENOSPC']).toContain(JSON.parse(lines.at(-1)!).details.reason)
      expect(spawnSync('mount', ['-o', 'remount,size=64m', small]).status).toBe(0)
      await using journal = await openJournal(join(small, 'journal'))
      await using run = await journal.open('job-1')
      expect((await all(run.settledAfter(0))).length).toBe(Number(lines.at(-2)))
    } finally {
      spawnSync('umount', [small])
    }
  })

  it.skipIf(!canBeUnprivileged)('says so of a folder without permission', async () => {
    await using folder = await tempFolder()
    await written(join(folder.path, 'journal'))
    await chmod(folder.path, 0o755)
    await chmod(join(folder.path, 'journal'), 0o555)
    await unprivileged(async () => {
      const failure = await failureOf(openJournal(join(folder.path, 'journal')))
      expect(failure).toMatchObject({ code: 'JOURNAL_FAILED', details: { reason: 'EACCES' } })
      expect(failure).toMatchObject({ message: expect.not.stringMatching(/EACCES.*EACCES/) })
      await using journal = await openJournal(join(folder.path, 'journal'), { readOnly: true })
      await using run = await journal.open('job-1')
      expect(await all(run.settledAfter(0))).toHaveLength(300)
    })
  })

  it('fails every call with what has failed, and can be closed', async () => {
    await using folder = await tempFolder()
    const journal = await openJournal(folder.path)
    const run = await journal.open((await journal.begin(newRun)).id)
    run.settled(settled(0, 1))
    await run.committed()
    // Where a large value would go there is something else.
    await writeFile(join(folder.path, 'values'), '')
    run.settled(settled(1, 2))
    run.done(work(1), JSON.stringify('v'.repeat(100_000)), figures)
    const failure = await failureOf(run.committed())
    expect(failure).toMatchObject({ code: 'JOURNAL_FAILED' })
    expect(() => run.settled(settled(2, 3))).toThrow(failure)
    expect(await failureOf(run.recall([0]))).toBe(failure)
    expect(await failureOf(journal.begin(newRun))).toBe(failure)
    await run[Symbol.asyncDispose]()
    await journal[Symbol.asyncDispose]()
    await rm(join(folder.path, 'values'))
    await using again = await openJournal(folder.path)
    await using later = await again.open('job-1')
    expect(await all(later.settledAfter(0))).toEqual([settled(0, 1)])
  })
})

describe('a large value', () => {
  it.each([
    ['gone', (path: string) => rm(path)],
    ['damaged', (path: string) => writeFile(path, 'something else')],
  ])('whose file is %s is the one thing that is lost, until it is recorded again', async (_, spoil) => {
    await using folder = await tempFolder()
    await using journal = await openJournal(folder.path)
    await using run = await journal.open((await journal.begin(newRun)).id)
    const large = JSON.stringify('v'.repeat(100_000))
    run.done(work(1), large, figures)
    run.done(work(2), '1', figures)
    await run.committed()
    const [file] = (await readdir(join(folder.path, 'values'), { recursive: true })).filter((name) => name.length > 10)
    await spoil(join(folder.path, 'values', file!))
    const known = await run.recall([1, 2])
    expect(known.get(1)).toMatchObject([{ state: 'dead', failure: { code: 'JOURNAL_CORRUPT' } }])
    expect(known.get(2)).toMatchObject([{ state: 'done' }])
    expect(await run.find(work(1).key)).toBeUndefined()
    run.done(work(3), large, figures)
    expect((await run.recall([1])).get(1)).toMatchObject([{ state: 'done', value: large }])
  })

  it('is one file however often it is recorded, and none when its runs are pruned', async () => {
    await using folder = await tempFolder()
    await using journal = await openJournal(folder.path)
    const { id } = await journal.begin(newRun)
    {
      await using run = await journal.open(id)
      for (let item = 0; item < 2_000; item++) {
        run.done(work(item), JSON.stringify('v'.repeat(item % 2 === 0 ? 100_000 : 2_000)), figures)
        if (item % 100 === 0) await run.committed()
      }
    }
    const files = async (): Promise<string[]> =>
      (await readdir(join(folder.path, 'values'), { recursive: true })).filter((name) => name.length > 10)
    expect(await files()).toHaveLength(1)
    expect(await journal.prune([id])).toBeGreaterThan(2_000_000)
    expect(await files()).toEqual([])
  })
})

describe('read only', () => {
  it('reads beside a writer, and writes nothing', async () => {
    await using folder = await tempFolder()
    expect(await failureOf(openJournal(folder.path, { readOnly: true }))).toMatchObject({ code: 'RUN_UNKNOWN' })
    expect(await readdir(folder.path)).toEqual([])
    const id = await written(folder.path)
    await using writing = await openJournal(folder.path)
    await using journal = await openJournal(folder.path, { readOnly: true })
    await using run = await journal.open(id)
    expect(await all(run.settledAfter(0))).toHaveLength(300)
    expect(() => run.settled(settled(0, 1))).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
    expect(await failureOf(journal.begin(newRun))).toMatchObject({ code: 'INVALID_INPUT' })
    expect((await writing.runs()).length).toBe(1)
  })
})
