import { maxExampleLength, maxExamples } from '../../batch/durable/figures/book.ts'
import type { JobReport } from '../../batch/durable/job-run.ts'
import type { Settled } from '../../journal/journal.ts'

/** What went wrong for one reason, with what was said of the first item. */
export type ExplainedFailure = JobReport['failures'][number] & { readonly message?: string }

export interface RunEndsLimits {
  /** No more than so many are to be found. */
  readonly most?: number
  /** How many of those that are dead are kept. */
  readonly maxDead?: number
}

/** How the items of a run ended that gave nothing. */
export class RunEnds {
  readonly #byCode = new Map<string, { count: number; readonly examples: string[]; readonly message: string }>()
  failed = 0
  dead = 0
  /** Of the dead, lines of the input that are no items: their text is what is recorded, and no retry reads them anew. */
  malformed = 0
  skipped = 0
  /** Of the skipped, those that were never looked at: the budget was spent, or their lane stopped. */
  heldUp = 0
  /** Of those that are dead, those that may have taken effect outside. */
  inTheDark = 0
  /** The first of those that are dead. */
  readonly firstDead: Settled[] = []
  readonly #maxDead: number

  private constructor(maxDead: number) {
    this.#maxDead = maxDead
  }

  static async of(settled: AsyncIterable<Settled>, limits: RunEndsLimits = {}): Promise<RunEnds> {
    const { most = Number.POSITIVE_INFINITY, maxDead = 0 } = limits
    const ends = new RunEnds(maxDead)
    if (most === 0) return ends
    for await (const item of settled) {
      ends.#add(item)
      if (ends.failed + ends.dead + ends.skipped === most) break
    }
    return ends
  }

  /** By code, the most frequent first. */
  get failures(): ExplainedFailure[] {
    const all = [...this.#byCode].map(([code, failure]) => ({ code, ...failure }))
    return all.sort((one, other) => other.count - one.count)
  }

  explained(failures: JobReport['failures']): ExplainedFailure[] {
    return failures.map((failure) => {
      const message = this.#byCode.get(failure.code)?.message
      return message === undefined ? failure : { ...failure, message }
    })
  }

  #add(item: Settled): void {
    const { status, isDead, failure } = item
    if (status === 'done') return
    if (status === 'skipped') {
      this.skipped += 1
      if (failure !== undefined && holdUps.has(failure.code)) this.heldUp += 1
    } else if (isDead) {
      this.dead += 1
      if (failure?.details?.mayHaveTakenEffect === true) this.inTheDark += 1
      if (failure?.code === 'INPUT_MALFORMED') this.malformed += 1
    } else this.failed += 1
    this.#count(item)
    if (isDead && this.firstDead.length < this.#maxDead) this.firstDead.push(item)
  }

  #count({ failure, input }: Settled): void {
    if (failure === undefined) return
    const known = this.#byCode.get(failure.code) ?? { count: 0, examples: [], message: failure.message }
    this.#byCode.set(failure.code, known)
    known.count += 1
    if (known.examples.length < maxExamples) known.examples.push(input.slice(0, maxExampleLength))
  }
}

const holdUps: ReadonlySet<string> = new Set(['LANE_STOPPED', 'BUDGET_SPENT'])
