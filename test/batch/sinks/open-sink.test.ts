import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { openSink } from '../../../src/batch/sinks/open-sink.ts'
import { runChild } from '../../support/child.ts'
import { doneRecord } from '../../support/records.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const record = doneRecord('https://a.example/')

describe('openSink', () => {
  it.each([undefined, '-'])('writes to standard output for %j, and leaves it open', async (out) => {
    const stdout = new PassThrough()
    const sink = await openSink(out, stdout)
    await sink.write(record)
    await sink.close()
    expect(JSON.parse(String(stdout.read()))).toEqual(record)
    expect(stdout.writableEnded).toBe(false)
  })

  it.each(['pages.jsonl', 'a/b/pages.json', 'existing.jsonl'])('takes %s for a file', async (out) => {
    await using folder = await tempFolder({ 'existing.jsonl': 'old' })
    const path = join(folder.path, out)
    const sink = await openSink(path, new PassThrough())
    await sink.write(record)
    await sink.close()
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(record)
  })

  it.each(['pages', 'a/pages/', 'pages.d/', 'existing.d'])('takes %s for a folder', async (out) => {
    await using folder = await tempFolder()
    await mkdir(join(folder.path, 'existing.d'))
    const path = `${folder.path}/${out}`
    const sink = await openSink(path, new PassThrough())
    await sink.write(record)
    await sink.close()
    expect(await readdir(path)).toEqual([expect.stringMatching(/^a-example-[0-9a-f]{10}\.md$/)])
  })

  it.each(['', 'page.md', 'page.HTML', 'Makefile'])('refuses %j and leaves what is there', async (out) => {
    const files = { 'page.md': 'mine', Makefile: 'mine' }
    await using folder = await tempFolder(files)
    const path = out === '' ? '' : join(folder.path, out)
    await expect(openSink(path, new PassThrough())).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('expected a file such as pages.jsonl, or a folder such as pages/'),
    })
    expect((await readdir(folder.path)).sort()).toEqual(Object.keys(files).sort())
  })

  it('refuses a folder below a file', async () => {
    await using folder = await tempFolder({ 'file.txt': '' })
    for (const out of ['file.txt/', 'file.txt/pages/', 'file.txt/pages.jsonl']) {
      await expect(openSink(`${folder.path}/${out}`, new PassThrough())).rejects.toMatchObject({
        code: 'OUTPUT_FAILED',
      })
    }
  })

  it.skipIf(process.platform === 'win32')(
    'writes through a named pipe instead of replacing it (needs mkfifo)',
    async () => {
      await using folder = await tempFolder()
      const pipe = join(folder.path, 'pipe')
      await runChild('mkfifo', [pipe])
      const reading = runChild('cat', [pipe])
      const sink = await openSink(pipe, new PassThrough())
      await sink.write(record)
      await sink.close()
      expect(JSON.parse((await reading).stdout)).toEqual(record)
    },
  )

  it.skipIf(process.platform !== 'linux')('says that a full device is full (needs /dev/full)', async () => {
    const sink = await openSink('/dev/full', new PassThrough())
    await expect(sink.write(record)).rejects.toMatchObject({ code: 'OUTPUT_FAILED', details: { errno: 'ENOSPC' } })
    await sink.abandon()
  })
})
