import type { Outcome, OutcomeStatus } from '../core/outcome.ts'
import type { Blocking } from '../core/statistics.ts'
import type { Tally } from '../core/tally.ts'
import { addUsage, noUsage, type Usage } from '../core/usage.ts'

/** Most tasks that are named for blocking the loop; the longest ones are kept. */
const maxBlocking = 20

/** What is counted of the tasks of one line, or of several together. A handful of additions per task, no memory per task. */
export class Figures {
  done = 0
  failed = 0
  skipped = 0
  cancelled = 0
  attempts = 0
  retries = 0
  hedges = 0
  sumMs = 0
  queuedMs = 0
  longestQueuedMs = 0
  longestMs = 0
  longest = ''
  usage: Usage = noUsage
  #blocking: Blocking[] = []
  #ownMs = 0
  readonly #lane: string | undefined
  readonly #othersMs = new Map<string, number>()

  /** @param lane the one that the tasks are on; undefined for what others are added to */
  constructor(lane?: string) {
    this.#lane = lane
  }

  /**
   * Adds one task's end.
   *
   * @param ownMs its running time without that of the workers it called
   */
  settled(outcome: Outcome<unknown>, ownMs: number): void {
    // Spelt out for the one that is usual: a count by its name is looked up.
    if (outcome.status === 'done') this.done += 1
    else this[outcome.status] += 1
    this.#ownMs += ownMs
    this.sumMs += outcome.runMs
    this.queuedMs += outcome.queuedMs
    if (outcome.queuedMs > this.longestQueuedMs) this.longestQueuedMs = outcome.queuedMs
    if (outcome.runMs > this.longestMs) {
      this.longestMs = outcome.runMs
      this.longest = `${outcome.name} #${outcome.index}`
    }
    if (outcome.usage !== noUsage) this.usage = addUsage(this.usage, outcome.usage)
  }

  /** Adds running time that was spent for the tasks elsewhere: by a worker that one called, by a second attempt. */
  ran(lane: string, ms: number): void {
    this.#othersMs.set(lane, (this.#othersMs.get(lane) ?? 0) + ms)
  }

  /** Names a task that kept the event loop from turning. */
  block(blocking: Blocking): void {
    this.#blocking.push(blocking)
    if (this.#blocking.length === 2 * maxBlocking) this.#blocking = longest(this.#blocking)
  }

  /** Adds all that others have counted. */
  add(others: Figures): void {
    for (const count of counts) this[count] += others[count]
    this.longestQueuedMs = Math.max(this.longestQueuedMs, others.longestQueuedMs)
    if (others.longestMs > this.longestMs) {
      this.longestMs = others.longestMs
      this.longest = others.longest
    }
    this.usage = addUsage(this.usage, others.usage)
    for (const [lane, ms] of others.workMs) this.ran(lane, ms)
    for (const blocking of others.#blocking) this.block(blocking)
  }

  get settledCount(): number {
    return this.done + this.failed + this.skipped + this.cancelled
  }

  get tally(): Tally {
    const { settledCount, done, failed, skipped, cancelled } = this
    return { in: settledCount, done, failed, skipped, cancelled }
  }

  /** Running time on each lane, in milliseconds. */
  get workMs(): ReadonlyMap<string, number> {
    if (this.#lane === undefined) return this.#othersMs
    return new Map(this.#othersMs).set(this.#lane, (this.#othersMs.get(this.#lane) ?? 0) + this.#ownMs)
  }

  /** The longest first. */
  get blocking(): Blocking[] {
    return longest(this.#blocking)
  }
}

const counts: readonly (OutcomeStatus | 'attempts' | 'retries' | 'hedges' | 'sumMs' | 'queuedMs')[] = [
  'done',
  'failed',
  'skipped',
  'cancelled',
  'attempts',
  'retries',
  'hedges',
  'sumMs',
  'queuedMs',
]

function longest(blocking: readonly Blocking[]): Blocking[] {
  return [...blocking].sort((one, other) => other.ms - one.ms).slice(0, maxBlocking)
}
