import { spawn } from 'node:child_process'
import { chmod, lstat, readdir, readFile, rm, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { openJsonlFile } from '../../../src/batch/sinks/jsonl-file.ts'
import { exitOf, nextChunk, runChild } from '../../support/child.ts'
import { doneRecord } from '../../support/records.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const writer = fileURLToPath(new URL('../../fixtures/sinks/write.ts', import.meta.url))

async function inputsIn(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8')
  expect(text.endsWith('\n')).toBe(true)
  const lines = text.slice(0, -1).split('\n')
  return lines.map((line) => (JSON.parse(line) as { readonly input: string }).input)
}

async function onlyPartialIn(folder: string): Promise<string> {
  const [name = '', ...others] = await readdir(folder)
  expect(others).toEqual([])
  expect(name).toMatch(/^pages\.jsonl\.partial-[0-9a-f]{6}$/)
  return join(folder, name)
}

describe('openJsonlFile', () => {
  it('gives the final name to a whole file only, with the records in the order of the writes', async () => {
    await using folder = await tempFolder({ 'pages.jsonl': 'the last run' })
    const path = join(folder.path, 'pages.jsonl')
    const sink = await openJsonlFile(path)
    const names = Array.from({ length: 200 }, (_, index) => `https://a.example/${index}`)
    await Promise.all(
      names.map((name, index) => sink.write(doneRecord(name, { markdown: 'x'.repeat((index * 977) % 9_000) }))),
    )
    expect(await readFile(path, 'utf8')).toBe('the last run')
    expect(await inputsIn(sink.partial ?? '')).toEqual(names)
    await Promise.all([sink.close(), sink.close()])
    await sink.abandon()
    expect(await inputsIn(path)).toEqual(names)
    expect(await readdir(folder.path)).toEqual(['pages.jsonl'])
  })

  it('makes an empty file of an empty run, and the folders on the way', async () => {
    await using folder = await tempFolder()
    const sink = await openJsonlFile(join(folder.path, 'a/b/pages.jsonl'))
    await sink.close()
    expect((await stat(join(folder.path, 'a/b/pages.jsonl'))).size).toBe(0)
  })

  it('writes through a symbolic link and keeps the permissions of what it replaces', async () => {
    await using folder = await tempFolder({ 'real/pages.jsonl': '' })
    const link = join(folder.path, 'link.jsonl')
    await symlink('real/pages.jsonl', link)
    await chmod(join(folder.path, 'real/pages.jsonl'), 0o640)
    const sink = await openJsonlFile(link)
    await sink.write(doneRecord('https://a.example/'))
    await sink.close()
    expect((await lstat(link)).isSymbolicLink()).toBe(true)
    expect(await inputsIn(join(folder.path, 'real/pages.jsonl'))).toEqual(['https://a.example/'])
    if (process.platform !== 'win32') expect((await stat(link)).mode & 0o777).toBe(0o640)
  })

  it('leaves what was written at its temporary name when it is abandoned, and nothing when that is nothing', async () => {
    await using folder = await tempFolder()
    const path = join(folder.path, 'pages.jsonl')
    await (await openJsonlFile(path)).abandon()
    expect(await readdir(folder.path)).toEqual([])
    const sink = await openJsonlFile(path)
    await sink.write(doneRecord('https://a.example/'))
    await sink.abandon()
    await sink.close()
    expect(await inputsIn(await onlyPartialIn(folder.path))).toEqual(['https://a.example/'])
  })

  it('has only the temporary file after a kill -9', async () => {
    await using folder = await tempFolder()
    const child = spawn(process.execPath, [writer, join(folder.path, 'pages.jsonl')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    expect(await nextChunk(child.stderr)).toContain('written')
    child.kill('SIGKILL')
    await exitOf(child)
    const text = await readFile(await onlyPartialIn(folder.path), 'utf8')
    const [first = ''] = text.split('\n')
    expect(JSON.parse(first)).toMatchObject({ input: 'https://a.example/0' })
  })

  it.skipIf(process.platform === 'win32')('keeps whole lines when no more can be written (needs ulimit)', async () => {
    await using folder = await tempFolder()
    const path = join(folder.path, 'pages.jsonl')
    // At most 16 blocks of 512 bytes (dash) or 1,024 bytes (bash); records of 3,000 bytes never end exactly there.
    const limited = 'trap "" XFSZ; ulimit -f 16; exec "$0" "$@"'
    const { code, stderr } = await runChild('sh', ['-c', limited, process.execPath, writer, path, '3000'])
    const partial = await onlyPartialIn(folder.path)
    expect(code).toBe(1)
    const failure = JSON.parse(stderr.trim().split('\n').at(-1) ?? '') as object
    expect(failure).toMatchObject({ code: 'OUTPUT_FAILED', details: { errno: 'EFBIG', partial } })
    const written = stderr.match(/^written$/gm)?.length ?? 0
    expect(written).toBeGreaterThan(0)
    expect(await inputsIn(partial)).toHaveLength(written)
  })

  it('says that the place is in the way', async () => {
    await using folder = await tempFolder({ file: '' })
    const path = join(folder.path, 'file/pages.jsonl')
    await expect(openJsonlFile(path)).rejects.toMatchObject({
      code: 'OUTPUT_FAILED',
      message: expect.stringContaining(path),
    })
  })

  it('says that it cannot be given its final name, and where the records are', async () => {
    await using folder = await tempFolder()
    const sink = await openJsonlFile(join(folder.path, 'pages.jsonl'))
    await sink.write(doneRecord('https://a.example/'))
    await rm(sink.partial ?? '')
    await expect(sink.close()).rejects.toMatchObject({ code: 'OUTPUT_FAILED' })
  })
})
