import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { transaction } from './transaction.ts'
import type { ValueFiles } from './value-files.ts'

/** Rows that are deleted in one transaction: the log of the database does not become large. */
const chunk = 20_000

/**
 * Forgets runs, files of large values that no other run names, and whatever an earlier process left behind half pruned.
 *
 * @returns bytes that were freed
 */
export function prune(db: DatabaseSync, files: ValueFiles, folder: string, runs: readonly number[]): number {
  const before = databaseBytes(folder)
  // First of all nobody sees them any more; after that it does not matter when this process ends.
  transaction(db, () => {
    for (const run of runs) db.prepare('DELETE FROM runs WHERE number = ?').run(run)
    db.exec('DELETE FROM progress WHERE run NOT IN (SELECT number FROM runs)')
  })
  for (const run of orphans(db, 'work')) deleteRows(db, run, 'work', 'item, step')
  for (const run of orphans(db, 'settled')) deleteRows(db, run, 'settled', 'segment, item')
  const freed = files.isEmpty ? 0 : files.keepOnly(referenced(db))
  // Gives free pages at the end of the file back; `all` because each step of the statement frees one page.
  db.prepare('PRAGMA incremental_vacuum').all()
  db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all()
  return Math.max(0, before - databaseBytes(folder)) + freed
}

/** Runs that have rows and are none any more. Leaps from run to run in the table's tree. */
function orphans(db: DatabaseSync, table: string): number[] {
  const next = db.prepare(`SELECT min(run) AS run FROM ${table} WHERE run > ?`)
  const known = db.prepare('SELECT 1 FROM runs WHERE number = ?')
  const found: number[] = []
  for (let run = nextRun(next, 0); run !== null; run = nextRun(next, run)) {
    if (known.get(run) === undefined) found.push(run)
  }
  return found
}

function nextRun(statement: ReturnType<DatabaseSync['prepare']>, after: number): number | null {
  return (statement.get(after) as { readonly run: number | null }).run
}

function deleteRows(db: DatabaseSync, run: number, table: string, place: string): void {
  const some = db.prepare(
    `DELETE FROM ${table} WHERE run = ?1 AND (${place}) IN (SELECT ${place} FROM ${table} WHERE run = ?1 LIMIT ${chunk})`,
  )
  while (Number(some.run(run).changes) > 0);
}

function referenced(db: DatabaseSync): Set<string> {
  const names = new Set<string>()
  const rows = db.prepare(
    `SELECT value FROM work WHERE typeof(value) = 'blob' UNION ALL SELECT input FROM settled WHERE typeof(input) = 'blob'`,
  )
  rows.setReturnArrays(true)
  for (const row of rows.iterate()) {
    const [hash] = row as unknown as [Uint8Array]
    names.add(Buffer.from(hash).toString('hex'))
  }
  return names
}

function databaseBytes(folder: string): number {
  const sizes = ['journal.db', 'journal.db-wal'].map(
    (name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0,
  )
  return sizes[0]! + sizes[1]!
}
