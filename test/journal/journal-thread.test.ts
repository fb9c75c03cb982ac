import { expect, it } from 'vitest'
import { JournalThread } from '../../src/journal/journal-thread.ts'
import { SqliteJournal } from '../../src/journal/sqlite-journal.ts'
import { failureOf } from '../web/loopback.ts'
import { newRun } from './conformance.ts'

it('fails what waits and what comes when its thread dies, and closes', async () => {
  const thread = new JournalThread('somewhere', new URL('../fixtures/workers/journal-ends.ts', import.meta.url))
  const journal = new SqliteJournal(thread, false, undefined)
  await thread.call('open', [{ folder: '', durability: 'process', readOnly: false }])
  const failures = await Promise.all([failureOf(journal.begin(newRun)), failureOf(journal.runs())])
  expect(failures[0]).toMatchObject({ code: 'JOURNAL_FAILED', details: { reason: 'THREAD_LOST' } })
  expect(failures[0].message).toContain('out of memory')
  expect(failures[1]).toBe(failures[0])
  expect(await failureOf(journal.begin(newRun))).toBe(failures[0])
  await journal[Symbol.asyncDispose]()
})
