import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { ReopenedEnds, SettledPlace, SettledStates, StoredCount, StoredSettled, WorkStates } from './protocol.ts'
import { transaction } from './transaction.ts'
import type { ValueFiles } from './value-files.ts'

const values = `segment, item, sequence, offset, line, status, is_dead AS isDead, step, attempts, queued_ms AS queuedMs, run_ms AS runMs,
  id, input, failure`
const columns = `${values} FROM settled WHERE run = ?`
const ends: SettledStates = { done: 0, failed: 1, skipped: 2 }
const states: Pick<WorkStates, 'failed' | 'dead'> = { failed: 2, dead: 3 }

type SettledRow = Omit<StoredSettled, 'input'> & { readonly input: string | Uint8Array }

/** The ends of items. One that was made open again keeps its row until it is settled anew. */
export class SettledTable {
  readonly #db: DatabaseSync
  readonly #files: ValueFiles
  readonly #from: StatementSync
  readonly #after: StatementSync
  readonly #notDone: StatementSync
  readonly #open: StatementSync

  constructor(db: DatabaseSync, files: ValueFiles) {
    this.#db = db
    this.#files = files
    this.#from = db.prepare(
      `SELECT ${columns} AND segment = ? AND (item, id) > (?, ?) AND is_open = 0 ORDER BY item, id LIMIT ?`,
    )
    this.#after = db.prepare(`SELECT ${columns} AND sequence > ? AND is_open = 0 ORDER BY sequence LIMIT ?`)
    this.#notDone = db.prepare(
      `SELECT ${columns} AND sequence > ? AND is_open = 0 AND status <> ${ends.done} ORDER BY sequence LIMIT ?`,
    )
    this.#open = db.prepare(
      `SELECT ${values} FROM settled INDEXED BY settled_open WHERE run = ? AND is_open = 1 AND (segment, item, id) > (?, ?, ?) ORDER BY segment, item, id LIMIT ?`,
    )
  }

  from(run: number, { segment, item, id }: SettledPlace, limit: number): StoredSettled[] {
    return this.#whole(this.#from.all(run, segment, item, id, limit))
  }

  after(run: number, sequence: number, limit: number): StoredSettled[] {
    return this.#whole(this.#after.all(run, sequence, limit))
  }

  notDone(run: number, sequence: number, limit: number): StoredSettled[] {
    return this.#whole(this.#notDone.all(run, sequence, limit))
  }

  counts(run: number, after: number): StoredCount[] {
    // The index leads to each row by itself: well for the few behind a mark, and far slower than the table for all.
    const index = after > 0 ? 'INDEXED BY settled_sequence' : ''
    const counted = this.#db.prepare(
      `SELECT segment, step, status, COUNT(*) AS count FROM settled ${index}
        WHERE run = ? AND sequence > ? AND is_open = 0 GROUP BY segment, step, status`,
    )
    return counted.all(run, after) as unknown as StoredCount[]
  }

  /** The rows themselves, with their inputs, are ten times as long as their places in an index. */
  items(run: number): number {
    const counted = this.#db.prepare(
      `SELECT (SELECT COUNT(*) FROM settled INDEXED BY settled_sequence WHERE run = ?1 AND segment = 0)
        - (SELECT COUNT(*) FROM settled INDEXED BY settled_open WHERE run = ?1 AND segment = 0 AND is_open = 1) AS items`,
    )
    return (counted.get(run) as { readonly items: number }).items
  }

  reopened(run: number, { segment, item, id }: SettledPlace, limit: number): StoredSettled[] {
    return this.#whole(this.#open.all(run, segment, item, id, limit))
  }

  reopen(run: number, { failed, dead, skipped, fromSegment }: ReopenedEnds): number {
    return transaction(this.#db, () => {
      const { changes } = this.#db
        .prepare(
          `UPDATE settled SET is_open = 1 WHERE run = ? AND is_open = 0 AND (
            (? AND status = ${ends.failed} AND is_dead = 0) OR (? AND status = ${ends.failed} AND is_dead = 1) OR (? AND status = ${ends.skipped})
            OR segment >= ?
          )`,
        )
        .run(run, Number(failed), Number(dead), Number(skipped), fromSegment)
      this.#db
        .prepare(
          `DELETE FROM work WHERE run = ?1 AND ((?2 AND state = ${states.failed}) OR (?3 AND state = ${states.dead}))
            AND item IN (SELECT item FROM settled WHERE run = ?1 AND is_open = 1)`,
        )
        .run(run, Number(failed), Number(dead))
      return Number(changes)
    })
  }

  #whole(rows: unknown): StoredSettled[] {
    return (rows as SettledRow[]).map((row) => ({ ...row, input: this.#files.get(row.input) }))
  }
}
