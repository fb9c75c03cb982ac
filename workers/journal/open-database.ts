import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { Failure } from '../../src/core/failure.ts'
import type { StoreOptions } from './protocol.ts'
import { migrate, migrations, versionOf } from './schema.ts'
import { corruptJournal } from './store-failure.ts'
import { syncFolder } from './value-files.ts'

/** Databases of up to so many bytes are checked page by page when opened: it takes 3.5 ms for 1 MB. */
const checkedBytes = 32 * 1024 * 1024

/** Waits that long for a reader that is just opening or closing, in milliseconds. */
const busyMs = 5_000

/** @throws Failure `JOURNAL_CORRUPT`, `JOURNAL_NEWER`, before anything was written */
export function openDatabase({ folder, durability, readOnly }: StoreOptions): DatabaseSync {
  const path = join(folder, 'journal.db')
  const isNew = !existsSync(path)
  if (!isNew) inspect(path, folder)
  if (readOnly) {
    const db = isNew ? undefined : openForReading(path)
    const version = db === undefined ? 0 : versionOf(db)
    if (db !== undefined && version === migrations.length) return db
    db?.close()
    throw version === 0 ? absent(folder) : older(folder, version)
  }
  const db = new DatabaseSync(path, { timeout: busyMs })
  try {
    // It takes effect in an empty database only, and before its first table.
    if (versionOf(db) === 0) db.exec('PRAGMA auto_vacuum = INCREMENTAL')
    db.exec('PRAGMA journal_mode = WAL')
    db.exec(`PRAGMA synchronous = ${durability === 'power' ? 'FULL' : 'NORMAL'}`)
    db.exec('PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 2000')
    migrate(db)
    if (isNew && durability === 'power') syncFolder(folder)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** With a connection that only reads: closing any other one would write what is in the log of the database into it. */
function inspect(path: string, folder: string): void {
  // Not a database yet: its first process died before it had written anything.
  if (statSync(path).size === 0) return
  const db = openForReading(path)
  try {
    const version = versionOf(db)
    if (version > migrations.length) throw newer(folder, version)
    if (statSync(path).size > checkedBytes) return
    const checked = db.prepare('PRAGMA quick_check(1)').get() as { readonly quick_check: string }
    if (checked.quick_check !== 'ok') throw corruptJournal(folder, checked.quick_check)
  } finally {
    db.close()
  }
}

function openForReading(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { readOnly: true, timeout: busyMs })
  try {
    versionOf(db)
    return db
  } catch (error) {
    db.close()
    if (existsSync(`${path}-wal`)) throw error
    // In a folder that cannot be written the index of the log cannot be made; without a log there is no need of one.
    const address = pathToFileURL(path)
    address.searchParams.set('immutable', '1')
    return new DatabaseSync(address, { readOnly: true })
  }
}

function absent(folder: string): Failure {
  return new Failure('RUN_UNKNOWN', `there is no journal in ${folder}: the job has not been run here`)
}

function older(folder: string, version: number): Failure {
  const message = `the journal in ${folder} was written by an older weft (its version is ${version}), and reading alone cannot bring it up to date: go on with one of its runs, or prune it`
  return new Failure('JOURNAL_FAILED', message, { details: { reason: 'OLDER', version } })
}

function newer(folder: string, version: number): Failure {
  const message = `the journal in ${folder} was written by a newer weft (its version is ${version}, this one knows up to ${migrations.length}) and is left as it is: use that weft, or move the folder away to begin anew`
  return new Failure('JOURNAL_NEWER', message, { details: { version } })
}
