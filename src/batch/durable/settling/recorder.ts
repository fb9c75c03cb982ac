import { Failure, type FailureRecord } from '../../../core/failure.ts'
import type { Usage } from '../../../core/usage.ts'
import type { ItemNumber, Marks, Recorded, RunJournal, Settled, Work, WorkFigures } from '../../../journal/journal.ts'
import { isOfAccount } from './of-account.ts'

/** Bytes that may be recorded and not committed before whoever makes more waits. */
const maxBacklogBytes = 2 * 2 ** 20

/**
 * The journal of a run as its engine writes it. What cannot be recorded ends the run: `broke` is called, once, and nothing is written
 * after that, so that no result stands behind a gap.
 */
export class Recorder {
  readonly #journal: RunJournal
  readonly #broke: (failure: Failure) => void
  #isBroken = false
  /** What was used, where the marks do not say so yet. */
  #spent: Spent | undefined

  constructor(journal: RunJournal, broke: (failure: Failure) => void) {
    this.#journal = journal
    this.#broke = broke
  }

  started(work: Work, attempt: number): void {
    this.#write((journal) => journal.started(work, attempt))
  }

  done(work: Work, value: string, figures: WorkFigures): void {
    this.#write((journal) => journal.done(work, value, figures))
  }

  /** @param isDead unless its failure says nothing of the work itself */
  failed(work: Work, failure: FailureRecord, isDead: boolean, figures: WorkFigures): void {
    this.#write((journal) => journal.failed(work, failure, isDead && !isOfAccount(failure), figures))
  }

  /** A result that came when its run was given up already: if it can be recorded still, well. */
  late(work: Work, value: string, attempts: number): void {
    if (this.#isBroken) return
    try {
      this.#journal.done(work, value, { attempts, queuedMs: 0, runMs: 0 })
    } catch {
      // The run is closed: what was on is done again.
    }
  }

  settled(item: Settled): void {
    this.#write((journal) => journal.settled(item))
  }

  mark(marks: Marks): void {
    this.#spent = undefined
    this.#write((journal) => journal.mark(marks))
  }

  /**
   * What the run has used. The other marks come with the output, which may be hours later: a run that is killed until then has paid for it all the
   * same. Nothing else is said anew here: it may not be in the output.
   *
   * @param isPaid it is in the marks at once, and so is committed no later than what was paid for; else once the loop turns
   */
  spent({ usage, tasks }: Spent, isPaid: boolean): void {
    if (usage === this.#journal.run.marks.usage) return
    if (this.#spent === undefined && !isPaid) setImmediate(this.#markSpent)
    this.#spent = { usage, tasks }
    if (isPaid) this.#markSpent()
  }

  readonly #markSpent = (): void => {
    if (this.#spent !== undefined) this.mark({ ...this.#journal.run.marks, ...this.#spent })
  }

  committed(): Promise<void> {
    return this.#asked(this.#journal.committed())
  }

  /** Resolves when there is room for more. */
  async room(): Promise<void> {
    if (this.#journal.backlogBytes > maxBacklogBytes) await this.committed()
  }

  recall(items: readonly ItemNumber[]): Promise<ReadonlyMap<ItemNumber, readonly Recorded[]>> {
    return this.#asked(this.#journal.recall(items))
  }

  mayHave(key: string): boolean {
    return this.#journal.mayHave(key)
  }

  find(key: string): Promise<Recorded | undefined> {
    return this.#asked(this.#journal.find(key))
  }

  #write(write: (journal: RunJournal) => void): void {
    if (this.#isBroken) return
    try {
      write(this.#journal)
    } catch (thrown) {
      this.#break(thrown)
    }
  }

  async #asked<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer
    } catch (thrown) {
      throw this.#break(thrown)
    }
  }

  #break(thrown: unknown): Failure {
    const failure = Failure.from(thrown)
    if (!this.#isBroken) this.#broke(failure)
    this.#isBroken = true
    return failure
  }
}

interface Spent {
  readonly usage: Usage
  /** Tasks begun. */
  readonly tasks: number
}
