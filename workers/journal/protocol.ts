import type { FailureRecord } from '../../src/core/failure.ts'

// What the main thread and the journal's thread say to each other.

/** Answered in order, one after the other: whoever asks sees all that it sent before. */
export interface JournalRequest {
  readonly id: number
  readonly call: keyof JournalCalls
  readonly args: readonly unknown[]
}

export type JournalReply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly failure: FailureRecord; readonly isFatal: boolean }

/** What can be asked. After a fatal failure everything but `close` fails the same. */
export interface JournalCalls {
  open(options: StoreOptions): void
  /** All of it, or nothing. */
  commit(group: Group): void
  /** Newest first. */
  runs(): StoredRun[]
  run(id: string): StoredRun | undefined
  begin(run: BegunRun): StoredRun
  setState(run: number, state: string): void
  recall(run: number, items: readonly number[]): StoredWork[]
  /** What is done there, or dead, in the same order. */
  find(wanted: WantedWork): FoundWork
  keys(run: number, after: Place | undefined, limit: number): KeyPage
  /** What was begun and has no result, in the order of the items. */
  started(run: number): StoredWork[]
  /** Of one segment, in the order of the items. */
  settled(run: number, after: SettledPlace, limit: number): StoredSettled[]
  settledAfter(run: number, sequence: number, limit: number): StoredSettled[]
  settledNotDone(run: number, sequence: number, limit: number): StoredSettled[]
  settledCounts(run: number, after: number): StoredCount[]
  /** Of the first segment. */
  settledItems(run: number): number
  reopened(run: number, after: SettledPlace, limit: number): StoredSettled[]
  /** Done, or being undone, at that step, the highest item first. */
  doneBackwards(run: number, step: number, belowItem: number, limit: number): StoredWork[]
  failedBackwards(run: number, step: number, belowItem: number, limit: number): StoredWork[]
  reopen(run: number, which: ReopenedEnds): number
  /** Gives the bytes that were freed. */
  prune(runs: readonly number[]): number
  setNote(name: string, text: string | undefined): void
  notes(prefix: string): [name: string, text: string][]
  close(): void
}

export interface StoreOptions {
  readonly folder: string
  readonly durability: 'process' | 'power'
  readonly readOnly: boolean
}

/**
 * What is committed together, as columns: a few flat arrays cross to another thread in a fraction of the time that as many objects take.
 * Rows of `work` and of `settled` stand in the order of the calls.
 */
export interface Group {
  /** 7 for each row: run, item, step, state (see `WorkStates`), attempts, queuedMs, runMs. */
  readonly work: Float64Array
  /** 2 for each row: key, and value or failure as JSON. */
  readonly workTexts: readonly string[]
  /** 12 for each row: run, segment, item, sequence, offset, line, status (see `SettledStates`), isDead, step, attempts, queuedMs, runMs. */
  readonly settled: Float64Array
  /** 3 for each row: id, input as JSON, failure as JSON or nothing. */
  readonly settledTexts: readonly string[]
  /** The last of each run, as JSON. */
  readonly marks: readonly (readonly [run: number, marks: string])[]
}

/** States of work as numbers, in the log and in the database. `dropped` is only in a group: a row to leave out. */
export interface WorkStates {
  readonly dropped: -1
  readonly started: 0
  readonly done: 1
  readonly failed: 2
  readonly dead: 3
  readonly undoing: 4
  readonly undone: 5
}

export interface SettledStates {
  readonly done: 0
  readonly failed: 1
  readonly skipped: 2
}

export interface BegunRun {
  readonly name: string
  readonly plan: string
  readonly source: string
  readonly state: string
  readonly marks: string
}

export interface StoredRun extends BegunRun {
  readonly number: number
  readonly id: string
  readonly createdAt: string
  readonly updatedAt: string
}

export interface StoredWork {
  readonly item: number
  readonly step: number
  readonly key: string
  readonly state: number
  readonly attempts: number
  readonly queuedMs: number
  readonly runMs: number
  readonly value: string
  /** Its value lies in a file that is gone or damaged: why. */
  readonly damage?: string
}

export interface StoredSettled {
  readonly segment: number
  readonly item: number
  readonly sequence: number
  readonly offset: number
  readonly line: number
  readonly status: number
  readonly isDead: number
  readonly step: number
  readonly attempts: number
  readonly queuedMs: number
  readonly runMs: number
  readonly id: string
  readonly input: string
  readonly failure: string
}

/** How many items of a segment ended so, at that step. */
export interface StoredCount {
  readonly segment: number
  readonly step: number
  readonly status: number
  readonly count: number
}

/** Pieces of work by their keys, and where they should be. */
export interface WantedWork {
  /** 2 for each: run, item. */
  readonly places: Float64Array<ArrayBuffer>
  readonly keys: readonly string[]
}

export type FoundFigures = readonly [state: number, step: number, attempts: number, queuedMs: number, runMs: number]

export interface FoundWork {
  /** 5 for each: see `FoundFigures`. */
  readonly figures: Float64Array<ArrayBuffer>
  /** Value or failure as JSON; undefined: it is not there, or cannot be read. */
  readonly values: readonly (string | undefined)[]
}

export interface Place {
  readonly item: number
  readonly step: number
}

/** The id is part of it: what an `expand` makes has numbers that items of the source have, too. */
export interface SettledPlace {
  readonly segment: number
  readonly item: number
  readonly id: string
}

export interface KeyPage {
  /** 2 for each piece of work that is done: the number of its key (see `keyNumber`), its item. */
  readonly keys: Float64Array<ArrayBuffer>
  /** The same of what is dead. */
  readonly deadKeys: readonly number[]
  /** Where the next page begins; undefined behind the last one. */
  readonly next: Place | undefined
}

export interface ReopenedEnds {
  readonly failed: boolean
  readonly dead: boolean
  readonly skipped: boolean
  readonly fromSegment: number
}
