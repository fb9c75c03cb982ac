import type { StoredSettled, WantedWork } from '../../workers/journal/protocol.ts'
import type { FailureRecord } from '../core/failure.ts'
import type {
  ItemNumber,
  Marks,
  Recorded,
  Reopening,
  RunJournal,
  RunRow,
  RunState,
  Settled,
  Work,
  WorkFigures,
} from './journal.ts'
import type { JournalThread } from './journal-thread.ts'
import { KeyIndex } from './key-index.ts'
import { Lookups } from './lookups.ts'
import type { OpenGroup } from './open-group.ts'
import { backwards, pageRows, settledPages } from './pages.ts'
import type { Recorder } from './recorder.ts'
import { isClosed } from './run-failures.ts'
import { recorded } from './stored.ts'

const pageKeys = 10_000

/** Runs that one may build on. */
const maxBefore = 8

export interface SqliteRunParts {
  readonly number: number
  readonly run: RunRow
  readonly thread: JournalThread
  readonly recorder: Recorder
  numberOf(id: string): Promise<number>
  close(): void
}

/** One run in the database of a journal. */
export class SqliteRun implements RunJournal {
  readonly #parts: SqliteRunParts
  readonly #number: number
  readonly #recorder: Recorder
  readonly #index = new KeyIndex()
  readonly #lookups = new Lookups((wanted) => this.#threadFor(wanted).call('find', [wanted], [wanted.places.buffer]))
  #run: RunRow
  /** Others that this one builds on, and the keys of all of them: an entry is an item times `maxBefore`, plus which of them has it. */
  #before: readonly number[] = []
  readonly #indexBefore = new KeyIndex()
  readonly #deadBefore = new KeyIndex()
  #isClosed = false

  constructor(parts: SqliteRunParts) {
    this.#parts = parts
    this.#number = parts.number
    this.#recorder = parts.recorder
    this.#run = parts.run
  }

  get run(): RunRow {
    return this.#run
  }

  get backlogBytes(): number {
    return this.#recorder.backlogBytes
  }

  started(work: Work, attempt: number): void {
    this.#log.started(this.#number, work, attempt)
  }

  done(work: Work, value: string, figures: WorkFigures): void {
    this.#log.done(this.#number, work, value, figures)
    this.#index.set(work.key, work.item)
  }

  failed(work: Work, failure: FailureRecord, isDead: boolean, figures: WorkFigures): void {
    this.#log.failed(this.#number, work, failure, isDead, figures)
  }

  undoing(work: Work): void {
    this.#log.undo(this.#number, work, false)
  }

  undone(work: Work): void {
    this.#log.undo(this.#number, work, true)
  }

  settled(item: Settled): void {
    this.#log.settled(this.#number, item)
  }

  mark(marks: Marks): void {
    this.#log.mark(this.#number, marks)
    this.#run = { ...this.#run, marks }
  }

  committed(): Promise<void> {
    return this.#recorder.committed()
  }

  async recall(items: readonly ItemNumber[]): Promise<ReadonlyMap<ItemNumber, readonly Recorded[]>> {
    const known = new Map<ItemNumber, Recorded[]>(items.map((item) => [item, []]))
    const rows = await this.#ask.call('recall', [this.#number, [...known.keys()]])
    for (const row of rows) known.get(row.item)!.push(recorded(row))
    return known
  }

  mayHave(key: string): boolean {
    return this.#index.has(key) || this.#indexBefore.has(key) || this.#deadBefore.has(key)
  }

  async find(key: string): Promise<Recorded | undefined> {
    const own = this.#index.get(key)
    const found = own === undefined ? undefined : await this.#findAt(this.#number, own, key, 'done')
    return (
      found ??
      (await this.#findBefore(this.#indexBefore.get(key), key, 'done')) ??
      (await this.#findBefore(this.#deadBefore.get(key), key, 'dead'))
    )
  }

  async index(...before: readonly string[]): Promise<void> {
    this.#before = await Promise.all(before.slice(0, maxBefore).map((id) => this.#parts.numberOf(id)))
    // What is put there last is what is found.
    for (const [at, run] of [...this.#before.entries()].reverse())
      await this.#indexRun(run, (item) => item * maxBefore + at, this.#indexBefore, this.#deadBefore)
    if (!this.#before.includes(this.#number)) await this.#indexRun(this.#number, (item) => item, this.#index)
  }

  async interrupted(): Promise<Recorded[]> {
    return (await this.#ask.call('started', [this.#number])).map(recorded)
  }

  settledFrom(segment: number, item: ItemNumber): AsyncIterable<Settled> {
    // Items are whole numbers, so this is where those before it end.
    const start = { segment, item: item - 0.5, id: '' }
    return settledPages(
      start,
      (row) => row,
      (after) => this.#ask.call('settled', [this.#number, after, pageRows]),
    )
  }

  reopened(): AsyncIterable<Settled> {
    const start = { segment: -1, item: 0, id: '' }
    return settledPages(
      start,
      (row) => row,
      (after) => this.#ask.call('reopened', [this.#number, after, pageRows]),
    )
  }

  settledAfter(sequence: number): AsyncIterable<Settled> {
    return this.#inOrder('settledAfter', sequence)
  }

  settledNotDone(): AsyncIterable<Settled> {
    return this.#inOrder('settledNotDone', 0)
  }

  doneBackwards(steps: readonly number[]): AsyncIterable<Recorded & { readonly state: 'done' | 'undoing' | 'dead' }> {
    return this.#backwards('doneBackwards', steps)
  }

  failedBackwards(steps: readonly number[]): AsyncIterable<Recorded & { readonly state: 'failed' | 'dead' }> {
    return this.#backwards('failedBackwards', steps)
  }

  async reopen({ failed, dead, skipped, fromSegment = Number.MAX_SAFE_INTEGER }: Reopening): Promise<number> {
    this.#recorder.assertWritable()
    return this.#ask.call('reopen', [this.#number, { failed, dead, skipped, fromSegment }])
  }

  async setState(state: RunState): Promise<void> {
    this.#recorder.assertWritable()
    await this.#ask.call('setState', [this.#number, state])
    this.#run = { ...this.#run, state }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#parts.close()
    this.#recorder.flush()
    // A journal that has failed has told so by every call: giving it up is no more of an error.
    await this.#recorder.committed().catch(() => {})
  }

  /** @throws Failure `INVALID_INPUT` once the run is closed: another one may have it open */
  get #log(): OpenGroup {
    if (this.#isClosed) throw isClosed(this.#run.id, this.#parts.thread.place)
    return this.#recorder.log
  }

  /** The thread, with all that was recorded before on its way to it. */
  get #ask(): JournalThread {
    this.#recorder.flush()
    return this.#parts.thread
  }

  /** What another run has done was committed long ago: nobody need wait for a group that is still gathering. */
  #threadFor({ places }: WantedWork): JournalThread {
    const isOwn = places.some((number, at) => at % 2 === 0 && number === this.#number)
    return isOwn ? this.#ask : this.#parts.thread
  }

  async #findAt(run: number, item: number, key: string, state: Recorded['state']): Promise<Recorded | undefined> {
    const found = await this.#lookups.find(run, item, key)
    return found?.state === state ? found : undefined
  }

  async #findBefore(entry: number | undefined, key: string, state: Recorded['state']): Promise<Recorded | undefined> {
    if (entry === undefined) return undefined
    return this.#findAt(this.#before[entry % maxBefore]!, Math.floor(entry / maxBefore), key, state)
  }

  #inOrder(which: 'settledAfter' | 'settledNotDone', sequence: number): AsyncIterable<Settled> {
    const read = (after: number): Promise<StoredSettled[]> => this.#ask.call(which, [this.#number, after, pageRows])
    return settledPages(sequence, (row) => row.sequence, read)
  }

  #backwards<T extends Recorded>(
    which: 'doneBackwards' | 'failedBackwards',
    steps: readonly number[],
  ): AsyncIterable<T> {
    return backwards(steps, (step, below) => this.#ask.call(which, [this.#number, step, below, pageRows]))
  }

  async #indexRun(run: number, entry: (item: number) => number, done: KeyIndex, dead?: KeyIndex): Promise<void> {
    let page = await this.#ask.call('keys', [run, undefined, pageKeys])
    for (;;) {
      // The thread reads the next page meanwhile.
      const next = page.next === undefined ? undefined : this.#parts.thread.call('keys', [run, page.next, pageKeys])
      const { keys, deadKeys } = page
      for (let at = 0; at < keys.length; at += 2) done.setNumber(keys[at]!, entry(keys[at + 1]!))
      for (let at = 0; at < deadKeys.length; at += 2) dead?.setNumber(deadKeys[at]!, entry(deadKeys[at + 1]!))
      if (next === undefined) return
      page = await next
    }
  }
}
