import { GroupWriter } from './group-writer.ts'
import { openDatabase } from './open-database.ts'
import type { JournalCalls, StoreOptions } from './protocol.ts'
import { prune } from './prune.ts'
import { RunTable } from './run-table.ts'
import { SettledTable } from './settled-table.ts'
import { ValueFiles } from './value-files.ts'
import { WorkReader } from './work-reader.ts'

/**
 * Everything a journal keeps, in one folder; ordinary functions, whatever thread they are called on.
 *
 * @throws Failure `JOURNAL_CORRUPT`, `JOURNAL_NEWER`; what SQLite and the file system throw
 */
export function openStore(options: StoreOptions): Omit<JournalCalls, 'open'> {
  const { folder } = options
  const db = openDatabase(options)
  const files = new ValueFiles(folder, options.durability === 'power')
  const runs = new RunTable(db)
  const groups = new GroupWriter(db, files)
  const work = new WorkReader(db, files)
  const settled = new SettledTable(db, files)
  return {
    commit: (group) => groups.commit(group),
    runs: () => runs.all(),
    run: (id) => runs.one(id),
    begin: (run) => runs.begin(run),
    setState: (run, state) => runs.setState(run, state),
    recall: (run, items) => work.recall(run, items),
    find: (wanted) => work.find(wanted),
    keys: (run, after, limit) => work.keys(run, after, limit),
    started: (run) => work.started(run),
    doneBackwards: (run, step, belowItem, limit) => work.doneBackwards(run, step, belowItem, limit),
    failedBackwards: (run, step, belowItem, limit) => work.failedBackwards(run, step, belowItem, limit),
    settled: (run, after, limit) => settled.from(run, after, limit),
    settledAfter: (run, sequence, limit) => settled.after(run, sequence, limit),
    settledNotDone: (run, sequence, limit) => settled.notDone(run, sequence, limit),
    settledCounts: (run, after) => settled.counts(run, after),
    settledItems: (run) => settled.items(run),
    reopened: (run, after, limit) => settled.reopened(run, after, limit),
    reopen: (run, which) => settled.reopen(run, which),
    prune: (numbers) => prune(db, files, folder, numbers),
    setNote: (name, text) => {
      if (text === undefined) db.prepare('DELETE FROM notes WHERE name = ?').run(name)
      else db.prepare('INSERT OR REPLACE INTO notes VALUES (?, ?)').run(name, text)
    },
    notes: (prefix) => {
      // Not LIKE: a prefix may hold its wildcards.
      const found = db.prepare('SELECT name, text FROM notes WHERE substr(name, 1, ?) = ? ORDER BY name')
      found.setReturnArrays(true)
      return found.all([...prefix].length, prefix) as unknown as [string, string][]
    },
    close: () => db.close(),
  }
}
