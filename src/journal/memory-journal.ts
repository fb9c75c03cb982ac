import type { Journal, NewRun, RunJournal, RunRow, SettledCount } from './journal.ts'
import { begunMarks } from './marks.ts'
import { MemoryRun, StoredRunInMemory } from './memory-run.ts'
import { isOpen, unknownRun } from './run-failures.ts'

/** A journal that ends with the process: for runs that need no other, and for tests. */
export function memoryJournal(): Journal {
  return new MemoryJournal()
}

class MemoryJournal implements Journal {
  readonly place = 'memory'
  readonly #runs = new Map<string, StoredRunInMemory>()
  readonly #notes = new Map<string, string>()
  #lastNumber = 0

  async runs(): Promise<RunRow[]> {
    return [...this.#runs.values()].map(({ row }) => row).reverse()
  }

  async run(id: string): Promise<RunRow | undefined> {
    return this.#runs.get(id)?.row
  }

  async begin({ name, plan, source }: NewRun, account?: string): Promise<RunRow> {
    const id = `${name}-${++this.#lastNumber}`
    const now = new Date().toISOString()
    const marks = begunMarks(account)
    const row: RunRow = { id, name, plan, source, state: 'running', marks, createdAt: now, updatedAt: now }
    this.#runs.set(id, new StoredRunInMemory(row))
    return row
  }

  async settledCounts(id: string, after = 0): Promise<SettledCount[]> {
    const ends = [...this.#stored(id).ends.values()].filter(
      ({ isOpen, settled }) => !isOpen && settled.sequence > after,
    )
    const alike = Map.groupBy(ends, ({ settled: { segment, step, status } }) => `${segment} ${step} ${status}`)
    return [...alike.values()].map((group) => {
      const { segment, step, status } = group[0]!.settled
      return { segment, step, status, count: group.length }
    })
  }

  async settledItems(id: string): Promise<number> {
    const counts = await this.settledCounts(id)
    return counts.reduce((sum, { segment, count }) => sum + (segment === 0 ? count : 0), 0)
  }

  async open(id: string): Promise<RunJournal> {
    const stored = this.#stored(id)
    if (stored.isOpen) throw isOpen(id, this.place)
    return new MemoryRun(stored, (other) => this.#stored(other))
  }

  async prune(ids: readonly string[]): Promise<number> {
    for (const id of ids) if (this.#stored(id).isOpen) throw isOpen(id, this.place)
    for (const id of ids) this.#runs.delete(id)
    return 0
  }

  async setNote(name: string, text: string | undefined): Promise<void> {
    if (text === undefined) this.#notes.delete(name)
    else this.#notes.set(name, text)
  }

  async notes(prefix: string): Promise<(readonly [name: string, text: string])[]> {
    return [...this.#notes].filter(([name]) => name.startsWith(prefix)).sort(([one], [other]) => (one < other ? -1 : 1))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#runs.clear()
    this.#notes.clear()
  }

  #stored(id: string): StoredRunInMemory {
    const stored = this.#runs.get(id)
    if (stored === undefined) throw unknownRun(id, this.place)
    return stored
  }
}
