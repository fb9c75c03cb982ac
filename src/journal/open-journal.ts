import { resolve } from 'node:path'
import * as v from 'valibot'
import { parseOptions } from '../core/options.ts'
import type { Journal, JournalOptions } from './journal.ts'
import { lockJournal } from './journal-lock.ts'
import { JournalThread } from './journal-thread.ts'
import { SqliteJournal } from './sqlite-journal.ts'

const schema = v.strictObject({
  durability: v.optional(v.picklist(['process', 'power']), 'process'),
  readOnly: v.optional(v.boolean(), false),
})

/**
 * The journal in a folder, made where there is none. It is kept in SQLite, on a thread of its own; large values lie beside it in files.
 *
 * @param folder of this journal alone
 * @throws Failure `JOURNAL_LOCKED` when another process writes it, `JOURNAL_NEWER`, `JOURNAL_CORRUPT` with nothing written,
 *   `JOURNAL_FAILED` when the folder cannot be written, `RUN_UNKNOWN` where there is none to be read
 */
export async function openJournal(folder: string, options: JournalOptions = {}): Promise<Journal> {
  const { durability, readOnly } = parseOptions(schema, options, 'openJournal')
  const place = resolve(folder)
  let thread: JournalThread | undefined
  const lock = readOnly ? undefined : await lockJournal(place, (failure) => thread?.fail(failure))
  thread = new JournalThread(place)
  const journal = new SqliteJournal(thread, readOnly, lock)
  try {
    await thread.call('open', [{ folder: place, durability, readOnly }])
    return journal
  } catch (error) {
    await journal[Symbol.asyncDispose]()
    throw error
  }
}
