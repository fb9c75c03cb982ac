import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openJobRun } from '../../../src/batch/durable/open-job-run.ts'
import { rollBack } from '../../../src/batch/durable/roll-back/roll-back.ts'
import { openJournal } from '../../../src/journal/open-journal.ts'
import { weft } from '../../crash/life.ts'
import { each, planOf } from '../../support/jobs.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const send = each(
  'send',
  (mail) => {
    if (mail === 'b') throw new Error('no answer')
    return mail
  },
  { effects: true, onInterrupted: 'fail', compensate: async () => {}, retry: { maxAttempts: 1 } },
)
const note = each('note', (mail) => mail, { effects: true, onInterrupted: 'fail' })

it('keeps a run whose effects are in the dark or stand, unless it is named', async () => {
  await using folder = await tempFolder({})
  const rows = [
    { steps: [send], inputs: ['a', 'b'], isRolledBack: false },
    { steps: [send], inputs: ['c', 'b'], isRolledBack: true },
    { steps: [send, note], inputs: ['d'], isRolledBack: true },
    { steps: [send], inputs: ['e'], isRolledBack: true },
    { steps: [send], inputs: ['f'], isRolledBack: false },
  ]
  {
    await using journal = await openJournal(join(folder.path, '.weft', 'job'))
    for (const { steps, inputs, isRolledBack } of rows) {
      const plan = planOf(steps, inputs)
      await using run = await openJobRun(plan, { journal, fresh: true })
      await run.ended
      if (isRolledBack) await rollBack(plan, { journal, runId: run.id })
    }
  }
  const ended = await weft(folder.path, 'runs', 'prune', '--all', '--yes')
  const again = ', and would be done again: to forget it all the same, name it'
  expect(ended.stdout.split('\n')).toEqual([
    `job-3 is kept, as 1 of its effects was not taken back${again}`,
    `job-2 is kept, as 1 of its effects was begun and may have been had${again}`,
    `job-1 is kept, as 1 of its effects was begun and may have been had${again}`,
    expect.stringMatching(/^job-5, job-4: forgotten/),
    '',
  ])
  const named = await weft(folder.path, 'runs', 'prune', 'job-1')
  expect(named.stdout).toMatch(
    /^job-1: 1 of its effects was begun and may have been had: that is forgotten with it, and would be done again\njob-1: forgotten/,
  )
  expect((await weft(folder.path, 'runs', 'prune', '--all', '--yes')).stdout).toContain('nothing to forget')
})
