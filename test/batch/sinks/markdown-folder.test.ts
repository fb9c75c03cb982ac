import { chmod, mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { failuresName, openMarkdownFolder } from '../../../src/batch/sinks/markdown-folder.ts'
import { doneRecord, failedRecord } from '../../support/records.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { canBeUnprivileged, unprivileged } from '../../support/unprivileged.ts'

describe('openMarkdownFolder', () => {
  it('writes a file per page at once, and what failed into a list when it closes', async () => {
    await using folder = await tempFolder()
    const out = join(folder.path, 'a/b')
    const sink = await openMarkdownFolder(out)
    await sink.write(doneRecord('notes/x.html', { title: '../../evil', markdown: '# One' }))
    const [name = ''] = await readdir(out)
    expect(name).toMatch(/^x-[0-9a-f]{10}\.md$/)
    expect(await readFile(join(out, name), 'utf8')).toMatch(/^---\nurl: .*\ntitle: "..\/..\/evil"\n---\n\n# One\n$/)
    const inputs = ['https://a.example/1', 'https://a.example/2']
    await Promise.all(inputs.map((input) => sink.write(failedRecord(input))))
    await sink.close()
    const list = await readFile(join(out, failuresName), 'utf8')
    expect(
      list
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(inputs.map(failedRecord))
    expect((await readdir(out)).sort()).toEqual([failuresName, name])
  })

  it('keeps every one of many pages that come at once, repeated inputs too', async () => {
    await using folder = await tempFolder()
    const sink = await openMarkdownFolder(folder.path)
    const inputs = Array.from({ length: 300 }, (_, index) => `https://a.example/${index % 100}`)
    const writes = inputs.map((input, index) => sink.write(doneRecord(input, { markdown: `page ${index}` })))
    await sink.close()
    const names = await readdir(folder.path)
    const texts = await Promise.all(names.map((name) => readFile(join(folder.path, name), 'utf8')))
    const bodies = texts.map((text) => Number(/page (\d+)\n$/.exec(text)?.[1]))
    expect(bodies.sort((a, b) => a - b)).toEqual(inputs.map((_, index) => index))
    await Promise.all(writes)
  })

  it('writes the same names again on a second run, and removes a list of failures that is out of date', async () => {
    await using folder = await tempFolder({ [failuresName]: '{}\n' })
    for (const markdown of ['first', 'second']) {
      const sink = await openMarkdownFolder(folder.path)
      await sink.write(doneRecord('https://a.example/', { markdown }))
      await sink.close()
    }
    const [name = '', ...others] = await readdir(folder.path)
    expect(others).toEqual([])
    expect(await readFile(join(folder.path, name), 'utf8')).toContain('second')
  })

  it('keeps an earlier list of failures when it is abandoned', async () => {
    await using folder = await tempFolder({ [failuresName]: 'earlier' })
    const sink = await openMarkdownFolder(folder.path)
    await sink.write(failedRecord('https://a.example/'))
    await sink.abandon()
    expect(await readFile(join(folder.path, failuresName), 'utf8')).toBe('earlier')
    expect((await readdir(folder.path)).filter((name) => name.startsWith(`${failuresName}.partial-`))).toHaveLength(1)
  })

  it('says that a page cannot be written, and leaves nothing half behind', async () => {
    await using folder = await tempFolder()
    const probe = await openMarkdownFolder(join(folder.path, 'probe'))
    await probe.write(doneRecord('a.md'))
    const [name = ''] = await readdir(join(folder.path, 'probe'))
    await mkdir(join(folder.path, 'out', name, 'in-the-way'), { recursive: true })
    const sink = await openMarkdownFolder(join(folder.path, 'out'))
    await expect(sink.write(doneRecord('a.md'))).rejects.toMatchObject({ code: 'OUTPUT_FAILED' })
    await sink.close()
    expect(await readdir(join(folder.path, 'out'))).toEqual([name])
  })

  it.skipIf(!canBeUnprivileged)(
    'refuses a folder that may not be written to, before any work (needs POSIX users)',
    async () => {
      await using folder = await tempFolder()
      await chmod(folder.path, 0o555)
      const opening = unprivileged(() => openMarkdownFolder(folder.path))
      await expect(opening).rejects.toMatchObject({
        code: 'OUTPUT_FAILED',
        message: expect.stringContaining('permission denied'),
      })
    },
  )
})
