import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { messageOf } from '../../src/core/failure.ts'
import { keyNumber } from '../../src/core/key-number.ts'
import type { FoundWork, KeyPage, Place, StoredWork, WantedWork, WorkStates } from './protocol.ts'
import type { ValueFiles } from './value-files.ts'

const values = 'item, step, key, state, attempts, queued_ms AS queuedMs, run_ms AS runMs, value'
const columns = `${values} FROM work WHERE run = ?`
const states: Pick<WorkStates, 'started' | 'done' | 'undoing'> = { started: 0, done: 1, undoing: 4 }

type FoundRow = readonly [step: number, attempts: number, queuedMs: number, runMs: number, value: string | Uint8Array]
type WorkRow = Omit<StoredWork, 'value' | 'damage'> & { readonly value: string | Uint8Array }

/** Reads what is known of pieces of work. */
export class WorkReader {
  readonly #files: ValueFiles
  readonly #ofItem: StatementSync
  readonly #found: StatementSync
  readonly #keys: StatementSync
  readonly #started: StatementSync
  readonly #doneBackwards: StatementSync

  constructor(db: DatabaseSync, files: ValueFiles) {
    this.#files = files
    this.#ofItem = db.prepare(`SELECT ${columns} AND item = ? ORDER BY step`)
    this.#found = db.prepare(
      `SELECT step, attempts, queued_ms, run_ms, value FROM work WHERE run = ? AND item = ? AND key = ? AND state = ${states.done}`,
    )
    this.#found.setReturnArrays(true)
    this.#keys = db.prepare(
      'SELECT item, step, key, state FROM work WHERE run = ? AND (item, step) > (?, ?) ORDER BY item, step LIMIT ?',
    )
    this.#keys.setReturnArrays(true)
    // Its index holds nothing else, so this takes as long as there are such rows, however many others there are. SQLite would take the table.
    this.#started = db.prepare(
      `SELECT ${values} FROM work INDEXED BY work_started WHERE run = ? AND state = ${states.started} ORDER BY item, step`,
    )
    this.#doneBackwards = db.prepare(
      `SELECT ${columns} AND item < ? AND step = ? AND state IN (${states.done}, ${states.undoing}) ORDER BY item DESC LIMIT ?`,
    )
  }

  recall(run: number, items: readonly number[]): StoredWork[] {
    return items.flatMap((item) => (this.#ofItem.all(run, item) as unknown as WorkRow[]).map(this.#whole))
  }

  find({ places, keys }: WantedWork): FoundWork {
    const figures = new Float64Array(4 * keys.length)
    const values = keys.map((key, at) => {
      const row = this.#found.get(places[2 * at]!, places[2 * at + 1]!, key) as unknown as FoundRow | undefined
      if (row === undefined) return undefined
      figures.set(row.slice(0, 4) as number[], 4 * at)
      return this.#valueOf(row[4])
    })
    return { figures, values }
  }

  keys(run: number, after: Place | undefined, limit: number): KeyPage {
    const keys = new Float64Array(2 * limit)
    let rows = 0
    let length = 0
    let next: Place | undefined
    for (const row of this.#keys.iterate(run, after?.item ?? -1, after?.step ?? -2, limit)) {
      const [item, step, key, state] = row as unknown as [number, number, string, number]
      next = { item, step }
      rows++
      if (state !== states.done) continue
      keys[length++] = keyNumber(key)
      keys[length++] = item
    }
    return { keys: keys.slice(0, length), next: rows < limit ? undefined : next }
  }

  started(run: number): StoredWork[] {
    return (this.#started.all(run) as unknown as WorkRow[]).map(this.#whole)
  }

  doneBackwards(run: number, step: number, belowItem: number, limit: number): StoredWork[] {
    return (this.#doneBackwards.all(run, belowItem, step, limit) as unknown as WorkRow[]).map(this.#whole)
  }

  #valueOf(stored: string | Uint8Array): string | undefined {
    try {
      return this.#files.get(stored)
    } catch {
      return undefined
    }
  }

  readonly #whole = (row: WorkRow): StoredWork => {
    try {
      return { ...row, value: this.#files.get(row.value) }
    } catch (error) {
      return { ...row, value: '', damage: messageOf(error) }
    }
  }
}
