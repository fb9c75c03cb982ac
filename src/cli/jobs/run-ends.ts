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
  readonly #messages = new Map<string, string>()
  failed = 0
  dead = 0
  skipped = 0
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

  explained(failures: JobReport['failures']): ExplainedFailure[] {
    return failures.map((failure) => {
      const message = this.#messages.get(failure.code)
      return message === undefined ? failure : { ...failure, message }
    })
  }

  #add(item: Settled): void {
    const { status, isDead, failure } = item
    if (status === 'done') return
    if (status === 'skipped') this.skipped += 1
    else if (isDead) this.dead += 1
    else this.failed += 1
    if (failure !== undefined && !this.#messages.has(failure.code)) this.#messages.set(failure.code, failure.message)
    if (isDead && this.firstDead.length < this.#maxDead) this.firstDead.push(item)
  }
}
