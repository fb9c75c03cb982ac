import type { Journal, NewRun, RunJournal, RunRow, SettledCount } from './journal.ts'
import type { JournalThread } from './journal-thread.ts'
import { begunMarks } from './marks.ts'
import { Recorder } from './recorder.ts'
import { isOpen, unknownRun } from './run-failures.ts'
import { SqliteRun } from './sqlite-run.ts'
import { runRow, settledStateNames } from './stored.ts'

/** A journal in a database on a thread of its own. */
export class SqliteJournal implements Journal {
  readonly place: string
  readonly #thread: JournalThread
  readonly #recorder: Recorder
  readonly #lock: AsyncDisposable | undefined
  readonly #open = new Set<string>()
  #closing: Promise<void> | undefined

  constructor(thread: JournalThread, isReadOnly: boolean, lock: AsyncDisposable | undefined) {
    this.place = thread.place
    this.#thread = thread
    this.#recorder = new Recorder(thread, isReadOnly)
    this.#lock = lock
  }

  async runs(): Promise<RunRow[]> {
    return (await this.#ask.call('runs', [])).map(runRow)
  }

  async run(id: string): Promise<RunRow | undefined> {
    const row = await this.#ask.call('run', [id])
    return row === undefined ? undefined : runRow(row)
  }

  async begin({ name, plan, source }: NewRun, account?: string): Promise<RunRow> {
    this.#recorder.assertWritable()
    const begun = { name, plan, source, state: 'running', marks: JSON.stringify(begunMarks(account)) }
    return runRow(await this.#ask.call('begin', [begun]))
  }

  async settledCounts(id: string, after = 0): Promise<SettledCount[]> {
    const counts = await this.#ask.call('settledCounts', [await this.#numberOf(id), after])
    return counts.map(({ status, ...count }) => ({ ...count, status: settledStateNames[status]! }))
  }

  async settledItems(id: string): Promise<number> {
    return this.#ask.call('settledItems', [await this.#numberOf(id)])
  }

  async open(id: string): Promise<RunJournal> {
    if (this.#open.has(id)) throw isOpen(id, this.place)
    this.#open.add(id)
    try {
      const row = await this.#ask.call('run', [id])
      if (row === undefined) throw unknownRun(id, this.place)
      return new SqliteRun({
        number: row.number,
        run: runRow(row),
        thread: this.#thread,
        recorder: this.#recorder,
        numberOf: (other) => this.#numberOf(other),
        close: () => this.#open.delete(id),
      })
    } catch (error) {
      this.#open.delete(id)
      throw error
    }
  }

  async prune(ids: readonly string[]): Promise<number> {
    this.#recorder.assertWritable()
    for (const id of ids) if (this.#open.has(id)) throw isOpen(id, this.place)
    const numbers = await Promise.all(ids.map((id) => this.#numberOf(id)))
    return this.#ask.call('prune', [numbers])
  }

  async setNote(name: string, text: string | undefined): Promise<void> {
    this.#recorder.assertWritable()
    await this.#ask.call('setNote', [name, text])
  }

  notes(prefix: string): Promise<(readonly [name: string, text: string])[]> {
    return this.#ask.call('notes', [prefix])
  }

  /** Commits what is queued, closes the database and gives the lock back. Never fails: what is lost was told before. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#recorder.flush()
    await this.#thread.close()
    await this.#lock?.[Symbol.asyncDispose]()
  }

  async #numberOf(id: string): Promise<number> {
    const row = await this.#ask.call('run', [id])
    if (row === undefined) throw unknownRun(id, this.place)
    return row.number
  }

  /** The thread, with all that was recorded before on its way to it. */
  get #ask(): JournalThread {
    this.#recorder.flush()
    return this.#thread
  }
}
