import type { FailureRecord } from '../core/failure.ts'
import type { Tally } from '../core/tally.ts'
import type { Usage } from '../core/usage.ts'

/**
 * Durable truth about the runs of one job: what was done, with which result, and what was on when the process ended. It has one writer, whose
 * lock it holds. Opened for reading only, what writes fails with `INVALID_INPUT`.
 *
 * Every method may fail with `JOURNAL_FAILED` (no space, no permission, an I/O error), those that record by throwing; after that nothing more is
 * recorded, everything but closing fails the same, and what was committed before is safe.
 */
export interface Journal extends AsyncDisposable {
  /** How it is called in messages: the path of its folder, or `memory`. */
  readonly place: string
  /** Newest first. */
  runs(): Promise<RunRow[]>
  run(id: string): Promise<RunRow | undefined>
  /**
   * A new run of the job.
   *
   * @param account see `Marks`: what its engine is to know of it even where it dies before its first mark
   */
  begin(run: NewRun, account?: string): Promise<RunRow>
  /**
   * How many items of a run are settled, as it is committed now: its marks may lag behind.
   *
   * @param after count only those that settled after that sequence. Default 0: all, and then all rows of the run are read.
   */
  settledCounts(id: string, after?: number): Promise<readonly SettledCount[]>
  /** How many of its source's items are settled, from an index alone: 0.1 s for a million. */
  settledItems(id: string): Promise<number>
  /** What a run goes on with. There is one for a run at a time. */
  open(id: string): Promise<RunJournal>
  /**
   * Forgets runs and gives their space back, files of large values that no other run needs included; without runs, such files alone.
   *
   * @returns bytes that were freed
   */
  prune(ids: readonly string[]): Promise<number>
  /** Small texts by name, for a provider that must remember something beyond the life of the process. Durable when it resolves. */
  setNote(name: string, text: string | undefined): Promise<void>
  notes(prefix: string): Promise<(readonly [name: string, text: string])[]>
}

export interface JournalOptions {
  /**
   * What a commit survives: `process`, the end of this process, `kill -9` included (SQLite synchronous NORMAL); `power`, a power cut, too
   * (FULL). Default `process`.
   */
  readonly durability?: Durability
  /** Opens what is there, takes no lock, writes nothing. Default false. */
  readonly readOnly?: boolean
}

export type Durability = 'process' | 'power'

export interface NewRun {
  /** Of the job. A run's id is made of it: `NAME-1`, `NAME-2`. */
  readonly name: string
  /** Of what the job does: its steps with their versions, as JSON. */
  readonly plan: string
  /** Of where its items come from, with what shows whether that has changed, as JSON. */
  readonly source: string
}

export type RunState =
  /** Under way, or left so by a process that died. */
  | 'running'
  /** Ended by its user, a full disk, or a policy before all was settled. */
  | 'stopped'
  /** All its items are settled and in the output. */
  | 'finished'
  /** Its effects are being compensated, or some of them were: it is not gone on with, its rollback is. */
  | 'rolling-back'
  /** Its effects were compensated. */
  | 'rolled-back'

export interface RunRow extends NewRun {
  readonly id: string
  readonly state: RunState
  /** The wall clock, ISO 8601. It may have been set back meanwhile: order is that of the ids. */
  readonly createdAt: string
  readonly updatedAt: string
  readonly marks: Marks
}

/** How far a run has come. Committed together with the records that it was told of before, and after them in no case. */
export interface Marks {
  /** Items that were read, and how they ended; what is neither counts nowhere. */
  readonly tally: Tally
  readonly usage: Usage
  /** Tasks begun, for the budget. */
  readonly tasks?: number
  /** All items before this one are settled and in the output: resuming begins here. */
  readonly watermark: { readonly item: number; readonly offset: number; readonly line: number }
  /** The first `bytes` of the output hold the records of all items that were settled up to `sequence`. */
  readonly output: { readonly bytes: number; readonly sequence: number }
  /** What else its engine counts, for itself alone: JSON. */
  readonly account?: string
}

/**
 * An item's place: its number in its source, from 0. What a step made of it has `parent * 16 384 + its position`; what comes out of a
 * barrier, 0.
 */
export type ItemNumber = number

/** A piece of work: a step on an item. */
export interface Work {
  readonly item: ItemNumber
  /** Position of the step in the job, from 0; -1 for the item's input itself, where its source cannot be read again. */
  readonly step: number
  /**
   * Content key: a hash of the step's version and of what it was given, 22 characters of base64url. Equal keys are equal work, whatever item
   * they stand at.
   */
  readonly key: string
}

/** What is known of a piece of work. */
export type Recorded = Work &
  (
    | { readonly state: 'started'; readonly attempt: number }
    /** `value`: JSON. */
    | { readonly state: 'done'; readonly value: string; readonly figures: WorkFigures }
    | { readonly state: 'failed'; readonly failure: FailureRecord; readonly figures: WorkFigures }
    | { readonly state: 'dead'; readonly failure: FailureRecord; readonly figures: WorkFigures }
    /** Its effect was taken back, or that was begun and has no result. */
    | { readonly state: 'undone' | 'undoing'; readonly value: string }
  )

export interface WorkFigures {
  readonly attempts: number
  readonly queuedMs: number
  readonly runMs: number
}

/** The end of an item in its segment: what its line in the output is made of, beside the values of its steps. */
export interface Settled extends WorkFigures {
  /** 0 up to the first barrier, then one more for each. */
  readonly segment: number
  readonly item: ItemNumber
  /** 1 for the first item that settled in this run, and so on: the order of the output. */
  readonly sequence: number
  /** As it stands in the record. */
  readonly id: string
  /** As it stands in the record, as JSON. */
  readonly input: string
  /** Where the item lies in its source, for whoever reads it again: byte and line. */
  readonly offset: number
  readonly line: number
  readonly status: 'done' | 'failed' | 'skipped'
  /** It failed for good: nothing but mending the cause helps, or it has been tried again in vain. */
  readonly isDead: boolean
  readonly failure: FailureRecord | undefined
  /** The step at which it ended, as its position in the job. */
  readonly step: number
}

/** How many items of a segment ended so, at that step. */
export interface SettledCount extends Pick<Settled, 'segment' | 'step' | 'status'> {
  readonly count: number
}

/**
 * One run on its way. What is recorded is queued, committed in groups, each within 5 ms or as soon as the journal's thread is free, and in the
 * order of the calls: what is committed implies everything before it.
 */
export interface RunJournal extends AsyncDisposable {
  readonly run: RunRow
  /** Intent: an attempt begins. Left out of the log when its end is committed with it. */
  started(work: Work, attempt: number): void
  done(work: Work, value: string, figures: WorkFigures): void
  failed(work: Work, failure: FailureRecord, isDead: boolean, figures: WorkFigures): void
  undoing(work: Work): void
  undone(work: Work): void
  settled(item: Settled): void
  mark(marks: Marks): void
  /** Resolves when all that was recorded up to now is committed. @throws Failure `JOURNAL_FAILED` */
  committed(): Promise<void>
  /** Bytes that were recorded and are not committed: whoever records faster than the disk takes it waits for `committed`. */
  readonly backlogBytes: number
  /**
   * All that is known of the work on these items: for each item, by step. Work whose value lay in a file that is gone or damaged is `dead` with
   * `JOURNAL_CORRUPT`: it was done, and to do it again is for somebody to decide.
   */
  recall(items: readonly ItemNumber[]): Promise<ReadonlyMap<ItemNumber, readonly Recorded[]>>
  /**
   * A piece of work that is done, of this run or of those that it builds on, by its key; without such a one, what is dead in one of those: in this
   * run itself each item has its own end. Known without waiting: see `index`.
   */
  find(key: string): Promise<Recorded | undefined>
  /** Whether `find` may find something. Never false for what was done in this process or is indexed; seldom true in vain. */
  mayHave(key: string): boolean
  /**
   * Reads the keys of what is done, of this run and of others that this one builds on, and of what is dead in those, so that `mayHave` knows them. Of those the one named
   * first counts most. 2 s for a million items; until it resolves, equal work may be done again. Whoever only looks may name the run itself, too:
   * then it counts as one of them.
   */
  index(...before: readonly string[]): Promise<void>
  /** Attempts that were begun and have no result: it takes as long as there are such, however much else is recorded. */
  interrupted(): Promise<Recorded[]>
  /** The items of a segment that are settled, from that number on, in the order of their numbers (equal ones: ids), read as they are asked for. */
  settledFrom(segment: number, item: ItemNumber): AsyncIterable<Settled>
  /** The same, in the order in which they settled: those after that sequence. */
  settledAfter(sequence: number): AsyncIterable<Settled>
  /** Of all that are settled those that are not done, in the same order: the others are passed over where they lie. */
  settledNotDone(): AsyncIterable<Settled>
  /**
   * Work that is done at one of these steps: that of later steps first, and of one step that of higher items. So what came out of a piece of work
   * always comes before it. `dead`: its value is lost.
   */
  doneBackwards(steps: readonly number[]): AsyncIterable<Recorded & { readonly state: 'done' | 'undoing' | 'dead' }>
  /** The same of work that has failed, for good or not. Such whose next attempt was never begun has no key. */
  failedBackwards(steps: readonly number[]): AsyncIterable<Recorded & { readonly state: 'failed' | 'dead' }>
  /**
   * Makes settled items open again, with what failed at them forgotten, or is dead, as far as that was asked for, and what was done kept. Gives their
   * number.
   */
  reopen(which: Reopening): Promise<number>
  /** Items that `reopen` made open, in the order of their numbers, until they are settled again. */
  reopened(): AsyncIterable<Settled>
  setState(state: RunState): Promise<void>
  /** Commits what is queued and gives the run up to another writer. */
  [Symbol.asyncDispose](): Promise<void>
}

/** `failed`: what failed and may succeed when tried again; `dead`: what will not, unless its cause is mended. */
export interface Reopening {
  readonly failed: boolean
  readonly dead: boolean
  readonly skipped: boolean
  /** All of this segment and of those after it, however they ended: what a barrier made of items that were done again is another. */
  readonly fromSegment?: number
}
