import { mkdir, readdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { openRecordSink, type SinkDescription } from '../../../src/batch/sinks/open-record-sink.ts'
import { runChild } from '../../support/child.ts'
import { outputRecord } from '../../support/output-records.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const record = outputRecord(0, 'A text.')

async function write(folder: string, description: SinkDescription, stdout = new PassThrough()): Promise<void> {
  const sink = await openRecordSink(description, { folder, stdout })
  await sink.open('k', 0)
  await sink.append([record])
  await sink.publish()
  await sink.close()
}

describe('openRecordSink', () => {
  it('writes to standard output, which is replayed and stays open', async () => {
    const stdout = new PassThrough()
    const sink = await openRecordSink({ jsonl: '-' }, { folder: '/', stdout })
    expect([sink.isReplayed, sink.partial, await sink.open('k', 0)]).toEqual([true, undefined, true])
    expect(await sink.append([record, record])).toBe(2 * record.line.length)
    await sink.publish()
    expect(String(stdout.read())).toBe(record.line.repeat(2))
    expect(stdout.writableEnded).toBe(false)
  })

  it('writes JSON lines and a report beside the job', async () => {
    await using folder = await tempFolder({ 'report.md': 'old', answers: 'old' })
    await write(folder.path, { jsonl: 'a/out.jsonl' })
    await write(folder.path, { jsonl: 'answers' })
    await write(folder.path, { markdown: 'report.md' })
    expect(await readFile(join(folder.path, 'a/out.jsonl'), 'utf8')).toBe(record.line)
    expect(await readFile(join(folder.path, 'answers'), 'utf8')).toBe(record.line)
    expect(await readFile(join(folder.path, 'report.md'), 'utf8')).toBe('A text.\n')
  })

  it.each(['pages', 'pages/', 'existing.d'])('takes markdown: %s for a folder', async (markdown) => {
    await using folder = await tempFolder()
    await mkdir(join(folder.path, 'existing.d'))
    await write(folder.path, { markdown })
    expect(await readdir(join(folder.path, markdown))).toContainEqual(
      expect.stringMatching(/^input-0-[0-9a-f]{10}\.md$/),
    )
  })

  it.each<SinkDescription>([
    { jsonl: '' },
    { jsonl: 'folder' },
    { jsonl: 'new/' },
    { jsonl: 'page.md' },
    { markdown: ' ' },
    { markdown: 'out.jsonl' },
    { markdown: 'Makefile' },
    // What is read or written already, by whatever name.
    { jsonl: 'input.jsonl' },
    { jsonl: 'folder/../link.jsonl' },
    { jsonl: 'new.jsonl' },
    { jsonl: 'new-link.jsonl' },
    { markdown: 'folder' },
  ])('refuses %j and changes nothing', async (description) => {
    await using folder = await tempFolder({ Makefile: 'mine', 'input.jsonl': 'mine', 'folder/deep/page.md': 'mine' })
    await symlink('input.jsonl', join(folder.path, 'link.jsonl'))
    await symlink('new.jsonl', join(folder.path, 'new-link.jsonl'))
    const before = (await readdir(folder.path, { recursive: true })).sort()
    const taken = ['input.jsonl', 'folder/deep/page.md', 'new.jsonl'].map((name) => join(folder.path, name))
    const opening = openRecordSink(description, {
      folder: folder.path,
      stdout: new PassThrough(),
      taken,
      where: '--out',
    })
    await expect(opening).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringMatching(/^--out: .*; expected a file/),
    })
    expect((await readdir(folder.path, { recursive: true })).sort()).toEqual(before)
  })

  it('refuses a folder below a file', async () => {
    await using folder = await tempFolder({ 'file.txt': '' })
    for (const description of [{ markdown: 'file.txt/' }, { jsonl: 'file.txt/out.jsonl' }])
      await expect(write(folder.path, description)).rejects.toMatchObject({ code: 'OUTPUT_FAILED' })
  })

  it.skipIf(process.platform === 'win32')(
    'writes through a named pipe instead of replacing it (needs mkfifo)',
    async () => {
      await using folder = await tempFolder()
      await runChild('mkfifo', [join(folder.path, 'pipe')])
      const reading = runChild('cat', [join(folder.path, 'pipe')])
      await write(folder.path, { jsonl: 'pipe' })
      expect((await reading).stdout).toBe(record.line)
    },
  )
})
