import type { DatabaseSync } from 'node:sqlite'

/**
 * How a journal became what it is: `migrations[n]` makes version n + 1 out of version n. Never change one that was released; add one.
 *
 * The tables of rows are clustered by their keys, whose numbers grow as a run goes on: what is appended goes to the end of the tree.
 * A `value` or an `input` that is a BLOB is the SHA-256 of a text in a file of its own, see `ValueFiles`.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE meta (version INTEGER NOT NULL) STRICT;
  INSERT INTO meta VALUES (0);
  CREATE TABLE runs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    plan TEXT NOT NULL,
    source TEXT NOT NULL,
    created_at TEXT NOT NULL
  ) STRICT;
  CREATE TABLE progress (
    run INTEGER PRIMARY KEY,
    state TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    marks TEXT NOT NULL
  ) STRICT;
  CREATE TABLE work (
    run INTEGER NOT NULL,
    item INTEGER NOT NULL,
    step INTEGER NOT NULL,
    key TEXT NOT NULL,
    state INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    queued_ms REAL NOT NULL,
    run_ms REAL NOT NULL,
    value ANY NOT NULL,
    PRIMARY KEY (run, item, step)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX work_started ON work (run, item, step) WHERE state = 0;
  CREATE TABLE settled (
    run INTEGER NOT NULL,
    segment INTEGER NOT NULL,
    item INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    line INTEGER NOT NULL,
    status INTEGER NOT NULL,
    is_dead INTEGER NOT NULL,
    step INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    queued_ms REAL NOT NULL,
    run_ms REAL NOT NULL,
    id TEXT NOT NULL,
    input ANY NOT NULL,
    failure TEXT NOT NULL,
    is_open INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (run, segment, item, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX settled_sequence ON settled (run, sequence);
  CREATE INDEX settled_open ON settled (run, segment, item, id) WHERE is_open = 1;
  CREATE TABLE notes (name TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
]

/** The version of a database: 0 of an empty one. */
export function versionOf(db: DatabaseSync): number {
  const found = db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'meta'").get()
  if (found === undefined) return 0
  return (db.prepare('SELECT version FROM meta').get() as { readonly version: number }).version
}

/** Brings a database up to the newest version, all in one transaction: a process that dies meanwhile leaves it as it was. */
export function migrate(db: DatabaseSync, steps: readonly string[] = migrations): void {
  const version = versionOf(db)
  if (version === steps.length) return
  db.exec('BEGIN IMMEDIATE')
  try {
    for (const step of steps.slice(version)) db.exec(step)
    db.prepare('UPDATE meta SET version = ?').run(steps.length)
    db.exec('COMMIT')
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}
