import { expect, it } from 'vitest'
import { openJobRun } from '../../../../src/batch/durable/open-job-run.ts'
import { Failure } from '../../../../src/core/failure.ts'
import { memoryJournal } from '../../../../src/journal/memory-journal.ts'
import { each, MemorySink, planOf } from '../../../support/jobs.ts'

it.each(['auth', 'spending-cap'] as const)(
  'what fails by the account (%s) is not dead, and done again',
  async (kind) => {
    await using journal = memoryJournal()
    const records = new MemorySink()
    let isMended = false
    const ask = each(
      'answer',
      (input) => {
        if (!isMended) throw new Failure('REFUSED', 'put a key in', { kind })
        return input
      },
      { lane: 'claude' },
    )
    const plan = planOf([ask], ['a', 'b', 'c'], {
      runtime: { lanes: { claude: { concurrency: 1 } } },
      output: { records, report: undefined, isOrdered: false, fields: undefined },
    })
    const first = await (await openJobRun(plan, { journal })).ended
    expect(first.tally).toMatchObject({ in: 3, failed: 1, skipped: 2 })
    const run = await journal.open(first.id)
    const settled = await Array.fromAsync(run.settledAfter(0))
    await run[Symbol.asyncDispose]()
    expect(settled.map(({ isDead }) => isDead)).toEqual([false, false, false])
    const message =
      'lane claude was stopped by REFUSED: put a key in. When that is put right, weft retry --skipped does it'
    expect(settled.map(({ failure }) => failure?.message).sort()).toEqual([message, message, 'put a key in'])
    expect(records.records.filter(({ status }) => status === 'skipped').map((one) => JSON.stringify(one))).toEqual([
      expect.stringContaining(message),
      expect.stringContaining(message),
    ])

    isMended = true
    const again = await (await openJobRun(plan, { journal })).ended
    expect(again).toMatchObject({ id: expect.not.stringMatching(first.id), tally: { in: 3, done: 3 } })
    const retry = { failed: true, dead: false, skipped: true }
    const mended = await (await openJobRun(plan, { journal, runId: first.id, retry })).ended
    expect(mended).toMatchObject({ id: first.id, tally: { in: 3, done: 3 } })
  },
)
