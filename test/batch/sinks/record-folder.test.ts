import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { recordFileName } from '../../../src/batch/sinks/file-name.ts'
import { recordFolder } from '../../../src/batch/sinks/record-folder.ts'
import type { OutputRecord } from '../../../src/batch/sinks/record-sink.ts'
import { failedOutput, outputRecord } from '../../support/output-records.ts'
import { tempFolder } from '../../support/temp-folder.ts'

function nameOf({ id, input }: OutputRecord): string {
  return recordFileName(id, input)
}

/** A whole run. */
async function write(folder: string, key: string, records: readonly OutputRecord[], job = 'a-job'): Promise<void> {
  const sink = recordFolder(folder, job)
  await sink.open(key, 0)
  await sink.append(records)
  await sink.publish()
  await sink.close()
}

const list = '.weft-a-job.files'

describe('a folder of records', () => {
  it('holds a file for each record that is done, and lists the others', async () => {
    await using folder = await tempFolder()
    const done = Array.from({ length: 50 }, (_, number) => outputRecord(number, `text ${number}`, 'the same input'))
    await write(folder.path, 'r1', [...done, failedOutput(50)])
    const names = await readdir(folder.path)
    expect(names.sort()).toEqual([list, '_failures.jsonl', ...done.map(nameOf)].sort())
    expect(await readFile(join(folder.path, nameOf(done[7]!)), 'utf8')).toBe('text 7\n')
    expect(await readFile(join(folder.path, '_failures.jsonl'), 'utf8')).toBe(failedOutput(50).line)
  })

  it('is gone on with: the same record has the same file, and failures are cut where the journal ends', async () => {
    await using folder = await tempFolder()
    const first = recordFolder(folder.path, 'a-job')
    await first.open('r1', 0)
    const bytes = await first.append([outputRecord(0, 'zero'), failedOutput(1)])
    await first.append([outputRecord(2, 'two'), failedOutput(3)])
    await first.close()
    const second = recordFolder(folder.path, 'a-job')
    expect(await second.open('r1', bytes)).toBe(true)
    await second.append([outputRecord(2, 'two again'), failedOutput(3), failedOutput(4)])
    await second.publish()
    expect(await readFile(join(folder.path, nameOf(outputRecord(2, ''))), 'utf8')).toBe('two again\n')
    const failures = await readFile(join(folder.path, '_failures.jsonl'), 'utf8')
    expect(failures).toBe([1, 3, 4].map((number) => failedOutput(number).line).join(''))
    expect(await readdir(folder.path)).toHaveLength(4)
  })

  it('removes what an earlier run of the job left and this one has not, and nothing else', async () => {
    await using folder = await tempFolder({ 'mine.md': 'mine', 'notes-0123456789.md': 'also mine' })
    const of = (...numbers: number[]) => numbers.map((number) => outputRecord(number, 'x'))
    await write(folder.path, 'other', of(8), 'another-job')
    await write(folder.path, 'r1', [...of(0, 1), failedOutput(2)])
    // A list that was tampered with names nothing of others.
    await writeFile(join(folder.path, list), `mine.md\n../x.md\n${of(0, 1).map(nameOf).join('\n')}\n`)
    await write(folder.path, 'r2', of(1, 3))
    const expected = [list, '.weft-another-job.files', 'mine.md', 'notes-0123456789.md', ...of(1, 3, 8).map(nameOf)]
    expect((await readdir(folder.path)).sort()).toEqual(expected.sort())
  })

  it.each([[list], ['_failures.jsonl']])(
    'asks for all records again when it was published to %s and the journal does not know',
    async (published) => {
      await using folder = await tempFolder()
      const records = [outputRecord(0, 'x'), failedOutput(1)]
      const first = recordFolder(folder.path, 'a-job')
      await first.open('r1', 0)
      const bytes = await first.append(records)
      await first.publish()
      // Its list is published last, so before that only the failures have their final name.
      if (published !== list) await rename(join(folder.path, list), join(folder.path, `${list}.partial-r1`))
      const second = recordFolder(folder.path, 'a-job')
      expect(await second.open('r1', bytes)).toBe(false)
      expect(await second.append(records)).toBe(bytes)
      await second.publish()
      expect((await readdir(folder.path)).sort()).toEqual([list, '_failures.jsonl', nameOf(records[0]!)].sort())
      expect(await readFile(join(folder.path, '_failures.jsonl'), 'utf8')).toBe(records[1]!.line)
    },
  )

  it('never takes the files of a job with a similar name for its own', async () => {
    await using folder = await tempFolder()
    const records = ['a-job', 'a.job', 'a_job', 'A-Job', 'a-job.md'].map((job, number) => ({ job, number }))
    for (const { job, number } of records) await write(folder.path, 'r1', [outputRecord(number, 'x')], job)
    const names = (await readdir(folder.path)).map((name) => name.toLowerCase())
    for (const { number } of records) expect(names).toContain(nameOf(outputRecord(number, 'x')))
    expect(new Set(names).size).toBe(2 * records.length)
  })

  it('removes nothing when it cannot read what it has written itself', async () => {
    await using folder = await tempFolder()
    const record = outputRecord(0, 'x')
    await write(folder.path, 'r1', [record])
    const sink = recordFolder(folder.path, 'a-job')
    await sink.open('r2', 0)
    await sink.append([record])
    await rm(join(folder.path, `${list}.partial-r2`))
    await expect(sink.publish()).rejects.toMatchObject({ code: 'OUTPUT_FAILED' })
    await sink.close()
    expect((await readdir(folder.path)).sort()).toEqual([list, nameOf(record)].sort())
  })

  it('leaves nothing of a file that a kill tore, once its record comes again', async () => {
    const name = nameOf(outputRecord(0, 'x'))
    await using folder = await tempFolder({ [`.${name}.partial-r1`]: 'to' })
    await write(folder.path, 'r1', [outputRecord(0, 'x')])
    expect((await readdir(folder.path)).sort()).toEqual([list, name].sort())
  })

  it.skipIf(process.platform === 'win32')('leaves nothing when it cannot be opened (needs links)', async () => {
    await using folder = await tempFolder({ mine: 'mine' })
    await symlink('mine', join(folder.path, '_failures.jsonl.partial-r1'))
    const sink = recordFolder(folder.path, 'a-job')
    await expect(sink.open('r1', 0)).rejects.toMatchObject({
      code: 'OUTPUT_FAILED',
      message: expect.stringContaining('remove it'),
    })
    await sink.close()
    expect((await readdir(folder.path)).sort()).toEqual(['_failures.jsonl.partial-r1', 'mine'])
    expect(await readFile(join(folder.path, 'mine'), 'utf8')).toBe('mine')
  })

  it('says that a file cannot be written', async () => {
    await using folder = await tempFolder()
    await mkdir(join(folder.path, nameOf(outputRecord(0, 'x')), 'in-the-way'), { recursive: true })
    const sink = recordFolder(folder.path, 'a-job')
    await sink.open('r1', 0)
    await expect(sink.append([outputRecord(0, 'x')])).rejects.toMatchObject({ code: 'OUTPUT_FAILED' })
    await sink.close()
  })
})
