import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { JobRunOptions } from '../../../../src/batch/durable/job-run.ts'
import { openJobRun } from '../../../../src/batch/durable/open-job-run.ts'
import { recordFile, recordLine } from '../../../../src/batch/sinks/record-file.ts'
import { recordFolder } from '../../../../src/batch/sinks/record-folder.ts'
import type { RecordSink } from '../../../../src/batch/sinks/record-sink.ts'
import { Failure } from '../../../../src/core/failure.ts'
import { memoryJournal } from '../../../../src/journal/memory-journal.ts'
import { each, planOf } from '../../../support/jobs.ts'
import { tempFolder } from '../../../support/temp-folder.ts'

const sinks: Readonly<Record<string, (folder: string) => RecordSink>> = {
  'a file': (folder) => recordFile(join(folder, 'out.jsonl'), recordLine),
  'a folder': (folder) => recordFolder(folder, 'job'),
}

for (const [name, sinkIn] of Object.entries(sinks)) {
  it(`what a run that was given up has left goes when one that began anew publishes ${name}, and comes again`, async () => {
    await using folder = await tempFolder({})
    const journal = memoryJournal()
    const run = async (options: JobRunOptions, last: number) => {
      let stop = (): void => {}
      const count = each('count', (n) => {
        if (n === last) stop()
        if (n === 0) throw new Failure('TASK_FAILED', 'none')
        return { text: `number ${n}` }
      })
      const output = { records: sinkIn(folder.path), report: undefined, isOrdered: false, fields: undefined }
      await using job = await openJobRun(planOf([count], [0, 1, 2, 3], { concurrency: 1, output }), {
        journal,
        ...options,
      })
      stop = () => job.drain()
      return await job.ended
    }
    const partials = async (): Promise<string[]> =>
      (await readdir(folder.path)).filter((one) => one.includes('.partial-')).sort()
    expect(await run({}, 1)).toMatchObject({ id: 'job-1', state: 'stopped' })
    const left = await partials()
    expect(left.length).toBeGreaterThan(0)

    expect(await run({ fresh: true }, 2)).toMatchObject({ id: 'job-2', state: 'stopped' })
    expect(await partials()).toEqual(expect.arrayContaining(left))
    expect(await run({}, 9)).toMatchObject({ id: 'job-2', state: 'finished' })
    expect(await partials()).toEqual([])

    expect(await run({ runId: 'job-1' }, 9)).toMatchObject({ state: 'finished', tally: { in: 4, done: 3, failed: 1 } })
    expect(await partials()).toEqual([])
  })
}

it('what an unfinished run has left stays as long as it may be gone on with', async () => {
  await using folder = await tempFolder({})
  const journal = memoryJournal()
  const run = async (limit: number, isStopped: boolean) => {
    let stop = (): void => {}
    const output = { records: sinks['a file']!(folder.path), report: undefined, isOrdered: false, fields: undefined }
    const count = each('count', (n) => {
      if (isStopped) stop()
      return n
    })
    await using job = await openJobRun(planOf([count], [0, 1, 2, 3], { concurrency: 1, output, limit }), { journal })
    stop = () => job.drain()
    return await job.ended
  }
  await run(4, true)
  expect(await run(2, false)).toMatchObject({ id: 'job-2', state: 'finished' })
  expect((await readdir(folder.path)).sort()).toEqual(['out.jsonl', 'out.jsonl.partial-job-1'])
})
