import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { messageOf } from '../../src/core/failure.ts'
import { keyNumber } from '../../src/core/key-number.ts'
import type { FoundFigures, FoundWork, KeyPage, Place, StoredWork, WantedWork, WorkStates } from './protocol.ts'
import type { ValueFiles } from './value-files.ts'

const values = 'item, step, key, state, attempts, queued_ms AS queuedMs, run_ms AS runMs, value'
const columns = `${values} FROM work WHERE run = ?`
const states: Pick<WorkStates, 'started' | 'done' | 'failed' | 'dead' | 'undoing'> = {
  started: 0,
  done: 1,
  failed: 2,
  dead: 3,
  undoing: 4,
}

type FoundRow = readonly [...figures: FoundFigures, value: string | Uint8Array]
type WorkRow = Omit<StoredWork, 'value' | 'damage'> & { readonly value: string | Uint8Array }

/** Reads what is known of pieces of work. */
export class WorkReader {
  readonly #files: ValueFiles
  readonly #ofItem: StatementSync
  readonly #found: StatementSync
  readonly #keys: StatementSync
  readonly #started: StatementSync
  readonly #doneBackwards: StatementSync
  readonly #failedBackwards: StatementSync

  constructor(db: DatabaseSync, files: ValueFiles) {
    this.#files = files
    this.#ofItem = db.prepare(`SELECT ${columns} AND item = ? ORDER BY step`)
    this.#found = db.prepare(
      `SELECT state, step, attempts, queued_ms, run_ms, value FROM work WHERE run = ? AND item = ? AND key = ? AND state IN (${states.done}, ${states.dead})`,
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
    const backwards = (which: string): StatementSync =>
      db.prepare(`SELECT ${columns} AND item < ? AND step = ? AND state IN (${which}) ORDER BY item DESC LIMIT ?`)
    this.#doneBackwards = backwards(`${states.done}, ${states.undoing}`)
    this.#failedBackwards = backwards(`${states.failed}, ${states.dead}`)
  }

  recall(run: number, items: readonly number[]): StoredWork[] {
    return items.flatMap((item) => (this.#ofItem.all(run, item) as unknown as WorkRow[]).map(this.#whole))
  }

  find({ places, keys }: WantedWork): FoundWork {
    const figures = new Float64Array(5 * keys.length)
    const values = keys.map((key, at) => {
      const row = this.#found.get(places[2 * at]!, places[2 * at + 1]!, key) as unknown as FoundRow | undefined
      if (row === undefined) return undefined
      figures.set(row.slice(0, 5) as unknown as FoundFigures, 5 * at)
      return this.#valueOf(row[5])
    })
    return { figures, values }
  }

  keys(run: number, after: Place | undefined, limit: number): KeyPage {
    const keys = new Float64Array(2 * limit)
    const deadKeys: number[] = []
    let rows = 0
    let length = 0
    let next: Place | undefined
    for (const row of this.#keys.iterate(run, after?.item ?? -1, after?.step ?? -2, limit)) {
      const [item, step, key, state] = row as unknown as [number, number, string, number]
      next = { item, step }
      rows++
      if (state === states.dead) deadKeys.push(keyNumber(key), item)
      if (state !== states.done) continue
      keys[length++] = keyNumber(key)
      keys[length++] = item
    }
    return { keys: keys.slice(0, length), deadKeys, next: rows < limit ? undefined : next }
  }

  started(run: number): StoredWork[] {
    return (this.#started.all(run) as unknown as WorkRow[]).map(this.#whole)
  }

  doneBackwards(run: number, step: number, belowItem: number, limit: number): StoredWork[] {
    return (this.#doneBackwards.all(run, belowItem, step, limit) as unknown as WorkRow[]).map(this.#whole)
  }

  failedBackwards(run: number, step: number, belowItem: number, limit: number): StoredWork[] {
    return (this.#failedBackwards.all(run, belowItem, step, limit) as unknown as WorkRow[]).map(this.#whole)
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
