import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { BegunRun, StoredRun } from './protocol.ts'
import { transaction } from './transaction.ts'

const columns = `number, id, name, plan, source, state, marks, created_at AS createdAt, updated_at AS updatedAt
  FROM runs JOIN progress ON progress.run = number`

/** The runs. Their numbers only grow, and no number is given twice: they are the order, whatever the clock says. */
export class RunTable {
  readonly #db: DatabaseSync
  readonly #all: StatementSync
  readonly #one: StatementSync
  readonly #setState: StatementSync

  constructor(db: DatabaseSync) {
    this.#db = db
    this.#all = db.prepare(`SELECT ${columns} ORDER BY number DESC`)
    this.#one = db.prepare(`SELECT ${columns} WHERE id = ?`)
    this.#setState = db.prepare('UPDATE progress SET state = ?, updated_at = ? WHERE run = ?')
  }

  all(): StoredRun[] {
    return this.#all.all() as unknown as StoredRun[]
  }

  one(id: string): StoredRun | undefined {
    return this.#one.get(id) as unknown as StoredRun | undefined
  }

  begin({ name, plan, source, state, marks }: BegunRun): StoredRun {
    return transaction(this.#db, () => {
      const now = new Date().toISOString()
      const last = this.#db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'runs'").get()
      const number = ((last as { readonly seq: number } | undefined)?.seq ?? 0) + 1
      const id = `${name}-${number}`
      this.#db.prepare('INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?)').run(number, id, name, plan, source, now)
      this.#db.prepare('INSERT INTO progress VALUES (?, ?, ?, ?)').run(number, state, now, marks)
      return { number, id, name, plan, source, state, marks, createdAt: now, updatedAt: now }
    })
  }

  setState(run: number, state: string): void {
    this.#setState.run(state, new Date().toISOString(), run)
  }
}
