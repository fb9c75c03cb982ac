import {
  appendFile,
  chmod,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { recordFile, recordLine } from '../../../src/batch/sinks/record-file.ts'
import type { RecordSink } from '../../../src/batch/sinks/record-sink.ts'
import { runChild } from '../../support/child.ts'
import { outputRecord } from '../../support/output-records.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { canBeUnprivileged, unprivileged } from '../../support/unprivileged.ts'

const writer = fileURLToPath(new URL('../../fixtures/sinks/append.ts', import.meta.url))

async function opened(path: string, bytes = 0, key = 'run1'): Promise<RecordSink> {
  const sink = recordFile(path, recordLine)
  expect(await sink.open(key, bytes)).toBe(true)
  return sink
}

async function idsIn(path: string): Promise<number[]> {
  const text = await readFile(path, 'utf8')
  expect(text === '' || text.endsWith('\n')).toBe(true)
  const lines = text === '' ? [] : text.slice(0, -1).split('\n')
  return lines.map((line) => Number((JSON.parse(line) as { readonly id: string }).id))
}

/** One life of a run: some appends, of which the journal knows the first ones, and what a crash leaves of the last. */
const life = fc.record({
  appends: fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }),
  known: fc.nat(4),
  torn: fc.nat(100),
})

describe('a file of records', () => {
  it('holds each record once and whole after crashes at any byte, when it is gone on with as the journal says', async () => {
    await using folder = await tempFolder()
    let round = 0
    await fc.assert(
      fc.asyncProperty(fc.array(life, { maxLength: 4 }), async (lives) => {
        round += 1
        const path = join(folder.path, `${round}.jsonl`)
        let committed = { bytes: 0, records: 0 }
        for (const { appends, known, torn } of lives) {
          const sink = await opened(path, committed.bytes)
          let next = committed.records
          for (const [index, count] of appends.entries()) {
            const bytes = await sink.append(Array.from({ length: count }, (_, at) => outputRecord(next + at, 'é')))
            next += count
            if (index < known) committed = { bytes, records: next }
          }
          await sink.sync()
          const partial = sink.partial!
          await sink.close()
          // What the journal knows of was synced before it was told; beyond it anything may be there, or be missing.
          const { size } = await stat(partial).catch(() => ({ size: 0 }))
          if (size > committed.bytes) await truncate(partial, Math.max(committed.bytes, size - torn))
          if (torn % 3 === 0 && size > 0) await appendFile(partial, '{"id":"torn')
        }
        const sink = await opened(path, committed.bytes)
        await sink.append([outputRecord(committed.records, 'last')])
        await sink.publish()
        expect(await idsIn(path)).toEqual(Array.from({ length: committed.records + 1 }, (_, index) => index))
      }),
    )
    expect((await readdir(folder.path)).filter((name) => name.includes('partial'))).toEqual([])
  })

  it.each(['less', 'no whole line', 'nothing'])(
    'begins anew and says so when there is %s of what the journal knows',
    async (what) => {
      await using folder = await tempFolder()
      const path = join(folder.path, 'out.jsonl')
      const first = await opened(path)
      const bytes = await first.append([outputRecord(0, 'x'), outputRecord(1, 'x')])
      await first.close()
      if (what === 'less') await truncate(first.partial!, bytes - 1)
      if (what === 'no whole line') await writeFile(first.partial!, 'x'.repeat(bytes + 1))
      if (what === 'nothing') await rm(first.partial!)
      const second = recordFile(path, recordLine)
      expect(await second.open('run1', bytes)).toBe(false)
      await second.append([outputRecord(7, 'y')])
      await second.publish()
      expect(await idsIn(path)).toEqual([7])
    },
  )

  it('leaves the final name and what another run has left alone until it is published', async () => {
    await using folder = await tempFolder({ 'out.jsonl': 'the last run', 'out.jsonl.partial-run0': 'another' })
    const path = join(folder.path, 'out.jsonl')
    const sink = await opened(path)
    await sink.append([outputRecord(0, 'x')])
    await sink.sync()
    expect(await readFile(path, 'utf8')).toBe('the last run')
    expect(sink.partial).toBe(`${path}.partial-run1`)
    await sink.publish()
    await sink.close()
    expect(await idsIn(path)).toEqual([0])
    expect(await readFile(`${path}.partial-run0`, 'utf8')).toBe('another')
    expect(await readdir(folder.path)).toHaveLength(2)
  })

  it('writes through a symbolic link, keeps permissions, and never writes through a link at its temporary name', async () => {
    await using folder = await tempFolder({ 'real/out.jsonl': '', mine: 'mine' })
    const byLink = join(folder.path, 'link.jsonl')
    await symlink('real/out.jsonl', byLink)
    await chmod(byLink, 0o640)
    const sink = await opened(byLink)
    await sink.append([outputRecord(0, 'x')])
    await sink.publish()
    expect((await lstat(byLink)).isSymbolicLink()).toBe(true)
    expect(await idsIn(join(folder.path, 'real/out.jsonl'))).toEqual([0])
    if (process.platform === 'win32') return
    expect((await stat(byLink)).mode & 0o777).toBe(0o640)
    await symlink('../mine', join(folder.path, 'real/out.jsonl.partial-run2'))
    await expect(recordFile(byLink, recordLine).open('run2', 0)).rejects.toMatchObject({ code: 'OUTPUT_FAILED' })
    expect(await readFile(join(folder.path, 'mine'), 'utf8')).toBe('mine')
  })

  it('makes the file that a symbolic link leads to, where it is not there yet', async () => {
    await using folder = await tempFolder({ 'real/other': '' })
    await symlink('real/new.jsonl', join(folder.path, 'link.jsonl'))
    const sink = await opened(join(folder.path, 'link.jsonl'))
    await sink.append([outputRecord(0, 'x')])
    await sink.publish()
    expect(await idsIn(join(folder.path, 'real/new.jsonl'))).toEqual([0])
    expect((await lstat(join(folder.path, 'link.jsonl'))).isSymbolicLink()).toBe(true)
  })

  it.skipIf(process.platform === 'win32')(
    'is as private as what it replaces, from its first byte (needs modes)',
    async () => {
      await using folder = await tempFolder({ 'out.jsonl': '' })
      const path = join(folder.path, 'out.jsonl')
      await chmod(path, 0o400)
      const sink = await opened(path)
      expect((await stat(sink.partial!)).mode & 0o777).toBe(0o600)
      await sink.publish()
      expect((await stat(path)).mode & 0o777).toBe(0o400)
    },
  )

  it('cuts nothing of a file that has another name too', async () => {
    await using folder = await tempFolder({ mine: 'mine' })
    const path = join(folder.path, 'out.jsonl')
    await link(join(folder.path, 'mine'), `${path}.partial-run1`)
    await expect(recordFile(path, recordLine).open('run1', 0)).rejects.toMatchObject({
      code: 'OUTPUT_FAILED',
      message: expect.stringContaining('in the way'),
    })
    expect(await readFile(join(folder.path, 'mine'), 'utf8')).toBe('mine')
  })

  it.skipIf(process.platform === 'win32')(
    'keeps whole appends when no more can be written, and goes on later (needs ulimit)',
    async () => {
      await using folder = await tempFolder()
      const path = join(folder.path, 'out.jsonl')
      const limited = 'trap "" XFSZ; ulimit -f 64; exec "$0" "$@"'
      const { code, stderr } = await runChild('sh', ['-c', limited, process.execPath, writer, path, '700'])
      expect(code).toBe(1)
      const reports = stderr.trim().split('\n')
      const partial = `${path}.partial-k`
      expect(JSON.parse(reports.pop()!)).toMatchObject({
        code: 'OUTPUT_FAILED',
        message: expect.stringMatching(/largest size.*run the job again, and it goes on from here$/),
        details: { place: path, errno: 'EFBIG', partial },
      })
      const bytes = Number(reports.at(-1))
      expect((await stat(partial)).size).toBe(bytes)
      const sink = await opened(path, bytes, 'k')
      await sink.append([outputRecord(reports.length * 10, 'x')])
      await sink.publish()
      expect(await idsIn(path)).toEqual(Array.from({ length: reports.length * 10 + 1 }, (_, index) => index))
    },
  )

  it('is not published after a write that failed', async () => {
    await using folder = await tempFolder()
    const sink = await opened(join(folder.path, 'out.jsonl'))
    await sink.append([outputRecord(0, 'x')])
    await sink.close() // Closed beneath it, as a failing disk would.
    for (const attempt of [() => sink.append([outputRecord(1, 'x')]), () => sink.publish(), () => sink.sync()])
      await expect(attempt()).rejects.toMatchObject({ code: 'OUTPUT_FAILED' })
    expect(await readdir(folder.path)).toEqual(['out.jsonl.partial-run1'])
  })

  it('leaves nothing where nothing was written, and makes an empty file of an empty run', async () => {
    await using folder = await tempFolder()
    const path = join(folder.path, 'a/out.jsonl')
    await (await opened(path)).close()
    expect(await readdir(join(folder.path, 'a'))).toEqual([])
    await (await opened(path)).publish()
    expect(await idsIn(path)).toEqual([])
  })

  it.skipIf(!canBeUnprivileged)(
    'refuses a folder that may not be written to, before any work (needs POSIX users)',
    async () => {
      await using folder = await tempFolder()
      await mkdir(join(folder.path, 'closed'))
      await chmod(folder.path, 0o755)
      await chmod(join(folder.path, 'closed'), 0o555)
      const opening = unprivileged(() => recordFile(join(folder.path, 'closed/out.jsonl'), recordLine).open('k', 0))
      await expect(opening).rejects.toMatchObject({
        code: 'OUTPUT_FAILED',
        message: expect.stringContaining('permission denied'),
      })
    },
  )
})

describe('a stream of records', () => {
  it.skipIf(process.platform === 'win32')('ends quietly under `head -1` (needs a POSIX shell)', async () => {
    const { stdout, stderr } = await runChild('sh', [
      '-c',
      '{ "$0" "$1"; echo "exit $?" >&2; } | head -n 1',
      process.execPath,
      writer,
    ])
    expect(JSON.parse(stdout)).toMatchObject({ id: '0' })
    const [failure = '', exit] = stderr.trim().split('\n').slice(-2)
    expect(JSON.parse(failure)).toMatchObject({ code: 'OUTPUT_CLOSED' })
    expect(exit).toBe('exit 0')
  })

  it.skipIf(process.platform !== 'linux')('says that a device is full (needs /dev/full)', async () => {
    const { code, stderr } = await runChild(process.execPath, [writer, '/dev/full'])
    expect(JSON.parse(stderr)).toMatchObject({ code: 'OUTPUT_FAILED', details: { errno: 'ENOSPC' } })
    expect(code).toBe(1)
  })
})
