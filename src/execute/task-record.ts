import type { Failure } from '../core/failure.ts'
import type { Outcome } from '../core/outcome.ts'
import type { ProviderReport } from '../core/provider.ts'
import { backOffBoundMs, retryDelayMs } from '../core/retry.ts'
import { addUsage, noUsage, subtractUsage, type Usage } from '../core/usage.ts'
import type { Kind } from '../schedule/expectations.ts'
import type { Resources } from './resources.ts'
import { noFailures } from './settled.ts'
import type { OwnedTask, Owner, Terms } from './terms.ts'
import { TimeBook } from './time-book.ts'

export type State = 'queued' | 'running' | 'suspended' | 'resuming' | 'backing-off' | 'hedged' | 'settled'

/** Its lane decides when it goes on, not a back-off of its own. */
export const atOnce = 'at once'

/** Whether a task counts as running for the `concurrency` of its run. */
export const isActive: Readonly<Record<State, boolean>> = {
  queued: false,
  running: true,
  suspended: true,
  resuming: true,
  'backing-off': false,
  hedged: true,
  settled: false,
}

/** What a task knows of itself: its terms, its state, what its time went into and what it used. `Execution` moves it on. */
export abstract class TaskRecord<I, O> extends TimeBook implements OwnedTask {
  declare readonly index: number
  declare readonly input: I
  declare readonly laneKey: string | undefined
  declare readonly key: string | undefined
  declare admitted: boolean
  declare place: number
  declare attempts: number
  /** Attempts that its lane was refused, which cost it none, and since when. */
  declare private refused: { count: number; readonly since: number } | undefined
  declare retried: readonly Failure[]
  declare usage: Usage
  declare protected readonly terms: Terms<I, O>
  declare protected state: State
  /** Workers that run for it. */
  declare protected workers: number
  /** What is expected of it, once that is settled. */
  declare private settledExpectation: Usage | undefined
  /** What its lane has reserved for it. */
  declare private reserved: Usage | undefined
  /** Of the attempts before, where somebody counts it. */
  declare private usageBefore: Usage | undefined

  constructor(terms: Terms<I, O>, index: number, input: I, queuedAt: number) {
    super(queuedAt)
    this.index = index
    this.input = input
    this.laneKey = terms.laneKey?.(input)
    this.key = terms.key?.(input)
    this.admitted = false
    this.place = -1
    this.attempts = 0
    this.refused = undefined
    this.retried = noFailures
    this.usage = noUsage
    this.terms = terms
    this.state = 'queued'
    this.workers = 0
    this.settledExpectation = terms.learned === undefined ? (terms.estimate?.(input) ?? noUsage) : undefined
    this.reserved = undefined
    this.usageBefore = undefined
  }

  get id(): string {
    return this.terms.idPrefix + this.index
  }

  get name(): string {
    return this.terms.name
  }

  get kind(): Kind {
    return this.terms.kind
  }

  /** What it is expected to use; where that is learned, it may change until somebody has counted on it. */
  get expected(): Usage {
    return this.settledExpectation ?? this.terms.learned!.usage
  }

  holdExpected(): void {
    this.settledExpectation = this.expected
  }

  /** What its lane is to reserve. Of a kind that nothing is known of one goes after the other, until something is. */
  get estimate(): Usage {
    if (this.reserved !== undefined) return this.reserved
    const { learned, lane } = this.terms
    return learned?.isKnown === false ? (lane.throttle.rates?.tokenBurst ?? noUsage) : this.expected
  }

  /** The lane has reserved it. */
  protected holdEstimate(): void {
    this.reserved = this.estimate
  }

  get owner(): Owner<I, O> {
    return this.terms.owner
  }

  abstract readonly active: boolean
  abstract granted(): void
  abstract cancel(reason: Failure): void
  abstract skip(cause: Failure): void
  abstract settleAs(outcome: Outcome<unknown>): void

  get isFlight(): boolean {
    return this.key !== undefined || this.terms.underFlight === true
  }

  get wanted(): boolean {
    // While its attempt is being given up, the end of a child run may free a lease.
    return this.state === 'queued' || (this.state === 'resuming' && this.active)
  }

  askAgain(): void {
    if (this.state !== 'settled') this.owner.waiting(this)
  }

  returned(calledAt: number): void {
    this.owner.returned(this, calledAt)
  }

  addUsage(usage: Partial<Usage>): void {
    this.usage = addUsage(this.usage, usage)
  }

  report(report: ProviderReport, mark: number): void {
    this.terms.lane.throttle.report(report, mark)
  }

  get resources(): Resources {
    return this.terms.services.resources
  }

  /** Adds what somebody else used for it, whose own lease the rates have counted it with. */
  addForeignUsage(usage: Usage): void {
    if (usage === noUsage) return
    this.addUsage(usage)
    this.usageBefore = addUsage(this.usageBefore ?? noUsage, usage)
  }

  /** Whether it waits for a worker to be free, while it is suspended. */
  protected abstract readonly isCalling: boolean

  /** An attempt is over: what it used is what the rates of its lane count; if it is done and said nothing of that, what was expected. */
  protected settleRates(isDone: boolean): void {
    if (this.reserved === undefined || (isDone && this.usage === (this.usageBefore ?? noUsage))) return
    this.terms.lane.throttle.settle(this.reserved, subtractUsage(this.usage, this.usageBefore ?? noUsage))
    this.usageBefore = this.usage
  }

  /** Until the next attempt, in milliseconds; or as soon as its lane takes one. Undefined: there is none. */
  protected delayAfter(failure: Failure, attempts: number, elapsedMs: number): number | typeof atOnce | undefined {
    const { lane, retry, services } = this.terms
    const cost = lane.throttle.costOf(failure, this.refused?.since)
    if (cost === 'all') return undefined
    if (cost === 'one') {
      return retryDelayMs(retry, failure, attempts - (this.refused?.count ?? 0), services.random(), elapsedMs)
    }
    this.refused ??= { count: 0, since: this.bookedAt }
    this.refused.count += 1
    const { coolsMs } = lane.throttle
    const delayMs = coolsMs > 0 ? atOnce : this.refusedDelayMs(services.random())
    return elapsedMs + (delayMs === atOnce ? coolsMs : delayMs) > retry.maxElapsedMs ? undefined : delayMs
  }

  /** Where its lane begins others meanwhile: as long as before another attempt, by how often it was refused in a row. */
  private refusedDelayMs(random: number): number {
    const refusals = this.retried.length - this.retried.findLastIndex(({ kind }) => kind !== 'rate')
    return random * backOffBoundMs(this.terms.retry, refusals)
  }

  /** Gives up what it had of its lane in the state that it has left. */
  protected letGo(from: State): void {
    const { lane } = this.terms
    if (from === 'running') return lane.release(this)
    if (from === 'suspended' || from === 'resuming') lane.forget()
    lane.pump()
  }

  protected get limitLeftMs(): number {
    const { timeoutMs, totalTimeoutMs } = this.terms
    return Math.min(this.attemptLeftMs(timeoutMs), this.totalLeftMs(totalTimeoutMs))
  }

  /** Books the time since the last change of state to what it was spent on. */
  protected book(): number {
    return this.bookUntil(this.terms.services.clock.now())
  }

  protected bookUntil(now: number): number {
    if (this.state === 'running' || this.state === 'hedged') this.bookRun(now)
    else if (this.workers > 0) this.bookWorker(now)
    else if (this.state === 'backing-off') this.bookBackOff(now)
    else if (this.state === 'suspended' && !this.isCalling) this.bookChildren(now)
    else this.bookQueue(now)
    return now
  }
}
