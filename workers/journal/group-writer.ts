import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { BulkInsert } from './bulk-insert.ts'
import type { Group, WorkStates } from './protocol.ts'
import { transaction } from './transaction.ts'
import type { ValueFiles } from './value-files.ts'

const states: WorkStates = { dropped: -1, started: 0, done: 1, failed: 2, dead: 3, undoing: 4, undone: 5 }

/** Commits groups. A row that is there already is replaced: doing something again makes the journal no larger. */
export class GroupWriter {
  readonly #db: DatabaseSync
  readonly #files: ValueFiles
  readonly #work: BulkInsert
  readonly #undo: StatementSync
  readonly #settled: BulkInsert
  readonly #mark: StatementSync

  constructor(db: DatabaseSync, files: ValueFiles) {
    this.#db = db
    this.#files = files
    this.#work = new BulkInsert(db, 'work', 9)
    // What was done keeps its value and its figures while it is taken back.
    this.#undo = db.prepare(
      `UPDATE work SET state = ? WHERE run = ? AND item = ? AND step = ? AND key = ? AND state IN (${states.done}, ${states.undoing})`,
    )
    this.#settled = new BulkInsert(db, 'settled', 16)
    this.#mark = db.prepare('UPDATE progress SET marks = ?, updated_at = ? WHERE run = ?')
  }

  commit({ work, workTexts, settled, settledTexts, marks }: Group): void {
    this.#work.begin()
    this.#settled.begin()
    transaction(this.#db, () => {
      for (let at = 0, text = 0; at < work.length; at += 7, text += 2) {
        if (work[at + 3] !== states.dropped) this.#writeWork(work, at, workTexts[text]!, workTexts[text + 1]!)
      }
      for (let at = 0, text = 0; at < settled.length; at += 12, text += 3) {
        this.#writeSettled(settled, at, settledTexts[text]!, settledTexts[text + 1]!, settledTexts[text + 2]!)
      }
      this.#work.end()
      this.#settled.end()
      const now = new Date().toISOString()
      for (const [run, text] of marks) this.#mark.run(text, now, run)
    })
  }

  #writeWork(rows: Float64Array, at: number, key: string, value: string): void {
    const [run, item, step, state] = [rows[at]!, rows[at + 1]!, rows[at + 2]!, rows[at + 3]!]
    if (state === states.undoing || state === states.undone) {
      // It may stand on a row before it.
      this.#work.end()
      this.#undo.run(state, run, item, step, key)
    } else {
      const [attempts, queuedMs, runMs] = [rows[at + 4]!, rows[at + 5]!, rows[at + 6]!]
      this.#work.add(run, item, step, key, state, attempts, queuedMs, runMs, this.#files.put(value))
    }
  }

  #writeSettled(rows: Float64Array, at: number, id: string, input: string, failure: string): void {
    this.#settled.add(
      rows[at]!,
      rows[at + 1]!,
      rows[at + 2]!,
      rows[at + 3]!,
      rows[at + 4]!,
      rows[at + 5]!,
      rows[at + 6]!,
      rows[at + 7]!,
      rows[at + 8]!,
      rows[at + 9]!,
      rows[at + 10]!,
      rows[at + 11]!,
      id,
      this.#files.put(input),
      failure,
      0,
    )
  }
}
