import type { Recorded, RunJournal } from '../../journal/journal.ts'
import { prepared, type WorkingStep } from '../durable/item/advance.ts'
import type { Entry } from '../durable/item/entry.ts'

/** How a piece of work ended: with a value, as JSON, or so that it is not done again. `begun`: it has no end, and is not done again by itself. */
export type RecordedEnd = { readonly json: string } | 'failed' | 'begun'

/** Ends that runs have recorded. */
export class RecordedWork {
  readonly #journal: RunJournal
  readonly #isResumed: boolean
  /** Effects that stand for an item already. */
  readonly #taken = new Set<string>()

  /**
   * @param journal that has indexed the runs
   * @param isResumed it is that of the run that would be gone on with, and not of one whose results a new one would take
   */
  constructor(journal: RunJournal, isResumed: boolean) {
    this.#journal = journal
    this.#isResumed = isResumed
  }

  /**
   * Of the step at which an item stands. Undefined: it has to be done.
   *
   * @throws Failure what `prepare` throws
   */
  async find(step: WorkingStep, entry: Entry): Promise<RecordedEnd | undefined> {
    const { key } = prepared(entry, step)
    const own = entry.rows?.get(entry.at)
    if (own?.state === 'started' && step.onInterrupted !== 'rerun') return 'begun'
    // What failed in this run has failed, and waits for its end alone.
    if (own?.key === key && (own.state === 'failed' || own.state === 'dead')) return 'failed'
    if (own?.key === key && own.state === 'done') return endOf(own)
    return step.effects ? await this.#effect(entry.at, key) : await this.findKey(key)
  }

  async findKey(key: string): Promise<RecordedEnd | undefined> {
    return this.#journal.mayHave(key) ? endOf(await this.#journal.find(key)) : undefined
  }

  /**
   * Three equal orders are three orders: what the run has done counts for its own item, and what others have done for one of this run. Where
   * they have done it several times that is too few, and too much is said to be left.
   */
  async #effect(at: number, key: string): Promise<RecordedEnd | undefined> {
    if (this.#taken.has(key) || !this.#journal.mayHave(key)) return undefined
    this.#taken.add(key)
    const found = await this.#journal.find(key)
    if (found === undefined || (this.#isResumed && (await this.#isOwn(found, at)))) return undefined
    return endOf(found)
  }

  /** Whether the run itself has it, for another of its items. */
  async #isOwn({ item, key }: Recorded, at: number): Promise<boolean> {
    const rows = (await this.#journal.recall([item])).get(item) ?? []
    return rows.some((row) => row.step === at && row.key === key && row.state === 'done')
  }
}

function endOf(found: Recorded | undefined): RecordedEnd | undefined {
  if (found?.state === 'done') return { json: found.value }
  return found?.state === 'dead' ? 'failed' : undefined
}
