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
import { isClosed } from './run-failures.ts'

type Failed = Recorded & { readonly state: 'failed' | 'dead' }
type Undoable = Recorded & { readonly state: 'done' | 'undoing' }

interface End {
  readonly settled: Settled
  readonly isOpen: boolean
}

/** What is kept of one run. */
export class StoredRunInMemory {
  row: RunRow
  isOpen = false
  /** By item, then by step. */
  readonly work: Map<ItemNumber, Map<number, Recorded>> = new Map()
  /** By segment, item and id. */
  readonly ends: Map<string, End> = new Map()
  /** Places of what is done, by key. */
  readonly keys: Map<string, Work> = new Map()
  /** The same of what is dead. */
  readonly deadKeys: Map<string, Work> = new Map()

  constructor(row: RunRow) {
    this.row = row
  }
}

/** One run in memory. What is recorded is committed at once. */
export class MemoryRun implements RunJournal {
  readonly backlogBytes = 0
  readonly #stored: StoredRunInMemory
  readonly #other: (id: string) => StoredRunInMemory
  #isClosed = false
  #before: readonly StoredRunInMemory[] = []

  constructor(stored: StoredRunInMemory, other: (id: string) => StoredRunInMemory) {
    this.#stored = stored
    this.#other = other
    stored.isOpen = true
  }

  get run(): RunRow {
    return this.#stored.row
  }

  started(work: Work, attempt: number): void {
    this.#set({ ...placeAndKey(work), state: 'started', attempt })
  }

  done(work: Work, value: string, figures: WorkFigures): void {
    this.#set({ ...placeAndKey(work), state: 'done', value, figures })
    this.#stored.keys.set(work.key, work)
  }

  failed(work: Work, failure: FailureRecord, isDead: boolean, figures: WorkFigures): void {
    this.#set({ ...placeAndKey(work), state: isDead ? 'dead' : 'failed', failure, figures })
    if (isDead) this.#stored.deadKeys.set(work.key, work)
  }

  undoing(work: Work): void {
    this.#undo(work, 'undoing')
  }

  undone(work: Work): void {
    this.#undo(work, 'undone')
  }

  settled(item: Settled): void {
    this.#assertOpen()
    this.#stored.ends.set(`${item.segment} ${item.item} ${item.id}`, { settled: item, isOpen: false })
  }

  mark(marks: Marks): void {
    this.#update({ marks })
  }

  async committed(): Promise<void> {}

  async recall(items: readonly ItemNumber[]): Promise<ReadonlyMap<ItemNumber, readonly Recorded[]>> {
    return new Map(items.map((item) => [item, this.#workOf(item)]))
  }

  mayHave(key: string): boolean {
    return this.#stored.keys.has(key) || this.#before.some(({ keys, deadKeys }) => keys.has(key) || deadKeys.has(key))
  }

  async find(key: string): Promise<Recorded | undefined> {
    for (const stored of [this.#stored, ...this.#before]) {
      const found = findIn(stored, stored.keys.get(key), 'done')
      if (found?.key === key) return found
    }
    for (const stored of this.#before) {
      const found = findIn(stored, stored.deadKeys.get(key), 'dead')
      if (found?.key === key) return found
    }
    return undefined
  }

  async index(...before: readonly string[]): Promise<void> {
    if (before.length > 0) this.#before = before.map((id) => this.#other(id))
  }

  async interrupted(): Promise<Recorded[]> {
    return this.#all().filter(({ state }) => state === 'started')
  }

  async *settledFrom(segment: number, item: ItemNumber): AsyncIterable<Settled> {
    yield* this.#ends(false)
      .filter((end) => end.segment === segment && end.item >= item)
      .sort(byPlace)
  }

  async *settledAfter(sequence: number): AsyncIterable<Settled> {
    yield* this.#ends(false)
      .filter((end) => end.sequence > sequence)
      .sort((one, other) => one.sequence - other.sequence)
  }

  async *settledNotDone(): AsyncIterable<Settled> {
    for await (const end of this.settledAfter(0)) if (end.status !== 'done') yield end
  }

  async *doneBackwards(steps: readonly number[]): AsyncIterable<Undoable> {
    yield* this.#all()
      .filter((work): work is Undoable => work.state === 'done' || work.state === 'undoing')
      .filter(({ step }) => steps.includes(step))
      .sort((one, other) => other.step - one.step || other.item - one.item)
  }

  async *failedBackwards(steps: readonly number[]): AsyncIterable<Failed> {
    yield* this.#all()
      .filter((work): work is Failed => work.state === 'failed' || work.state === 'dead')
      .filter(({ step }) => steps.includes(step))
      .sort((one, other) => other.step - one.step || other.item - one.item)
  }

  async reopen(which: Reopening): Promise<number> {
    const reopened = [...this.#stored.ends].filter(([, end]) => !end.isOpen && isAmong(end.settled, which))
    for (const [place, { settled }] of reopened) this.#stored.ends.set(place, { settled, isOpen: true })
    for (const { item } of this.#ends(true)) {
      for (const { step, state } of this.#workOf(item)) {
        if ((which.failed && state === 'failed') || (which.dead && state === 'dead'))
          this.#stored.work.get(item)!.delete(step)
      }
    }
    return reopened.length
  }

  async *reopened(): AsyncIterable<Settled> {
    yield* this.#ends(true).sort(byPlace)
  }

  async setState(state: RunState): Promise<void> {
    this.#update({ state })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#stored.isOpen = false
  }

  #assertOpen(): void {
    if (this.#isClosed) throw isClosed(this.#stored.row.id, 'memory')
  }

  #set(work: Recorded): void {
    this.#assertOpen()
    const steps = this.#stored.work.get(work.item)
    if (steps === undefined) this.#stored.work.set(work.item, new Map([[work.step, work]]))
    else steps.set(work.step, work)
  }

  #undo({ item, step, key }: Work, state: 'undoing' | 'undone'): void {
    const found = this.#stored.work.get(item)?.get(step)
    if (found === undefined || found.key !== key || (found.state !== 'done' && found.state !== 'undoing')) return
    this.#set({ item, step, key, state, value: found.value })
  }

  #update(change: Partial<RunRow>): void {
    this.#assertOpen()
    this.#stored.row = { ...this.#stored.row, ...change, updatedAt: new Date().toISOString() }
  }

  #workOf(item: ItemNumber): Recorded[] {
    return [...(this.#stored.work.get(item)?.values() ?? [])].sort((one, other) => one.step - other.step)
  }

  #all(): Recorded[] {
    const items = [...this.#stored.work.keys()].sort((one, other) => one - other)
    return items.flatMap((item) => this.#workOf(item))
  }

  #ends(isOpen: boolean): Settled[] {
    return [...this.#stored.ends.values()].filter((end) => end.isOpen === isOpen).map(({ settled }) => settled)
  }
}

function placeAndKey({ item, step, key }: Work): Work {
  return { item, step, key }
}

function findIn({ work }: StoredRunInMemory, place: Work | undefined, state: Recorded['state']): Recorded | undefined {
  const found = place === undefined ? undefined : work.get(place.item)?.get(place.step)
  return found?.state === state ? found : undefined
}

function isAmong({ status, isDead, segment }: Settled, { failed, dead, skipped, fromSegment }: Reopening): boolean {
  if (fromSegment !== undefined && segment >= fromSegment) return true
  if (status === 'failed') return isDead ? dead : failed
  return status === 'skipped' && skipped
}

/** Ids of the same item are compared as SQLite does, by their code points. */
function byPlace(one: Settled, other: Settled): number {
  return (
    one.segment - other.segment || one.item - other.item || Buffer.compare(Buffer.from(one.id), Buffer.from(other.id))
  )
}
