import { Failure } from '../core/failure.ts'
import type { Cancelled, Done, Outcome } from '../core/outcome.ts'
import { retryDelayMs } from '../core/retry.ts'
import { addUsage, noUsage, type Usage } from '../core/usage.ts'
import type { Alarm } from '../schedule/alarms.ts'
import { Attempt, type AttemptHost } from './attempt.ts'
import type { CallRequest, OwnedTask, Terms } from './terms.ts'
import { TimeBook } from './time-book.ts'
import { timeout } from './timeout.ts'

/**
 * One task on its way from its first lease to its outcome.
 *
 *     queued ──▶ running ──▶ settled          calling: workers run or wait for it; resuming: it waits to go on
 *       ▲        │  │  ▲                       A lease is held in `running` alone.
 *       │        │  ▼  └────────┐
 *       │        │ calling ──▶ resuming
 *       │        ▼
 *     backing-off
 *
 * It is its own queue entry and its own alarm, so that a waiting task costs this one object. Only its own time and that of the
 * workers it calls counts towards its limits; waiting for a lane is the scheduler's doing and is booked as `queuedMs`.
 */
export class Execution<I, O> extends TimeBook implements OwnedTask, AttemptHost<I, O>, Alarm {
  readonly index: number
  readonly input: I
  readonly laneKey: string | undefined
  bucket: Alarm['bucket']
  slot = -1
  place = -1
  #state: 'queued' | 'running' | 'calling' | 'resuming' | 'backing-off' | 'settled' = 'queued'
  #workers = 0
  attempts = 0
  /** The attempt that is on its way. */
  #attempt: Attempt<I, O> | undefined
  #retried: readonly Failure[] = noFailures
  #usage: Usage = noUsage
  readonly #terms: Terms<I, O>

  constructor(terms: Terms<I, O>, index: number, input: I, queuedAt: number) {
    super(queuedAt)
    this.#terms = terms
    this.index = index
    this.input = input
    this.laneKey = terms.laneKey?.(input)
  }

  get id(): string {
    return this.#terms.idPrefix + this.index
  }

  get name(): string {
    return this.#terms.name
  }

  get active(): boolean {
    return this.#attempt !== undefined
  }

  get resumes(): boolean {
    return this.#state === 'resuming'
  }

  get wanted(): boolean {
    return this.#state === 'queued' || this.#state === 'resuming'
  }

  /** The lane grants the lease: an attempt begins, or goes on. */
  granted(): void {
    const now = this.#bookUntil(this.#terms.services.clock.latest)
    const { resumes } = this
    this.#state = 'running'
    if (!resumes && this.attempts > 0) this.bookAttempt()
    this.#limit(now)
    if (resumes) this.#attempt!.resumed()
    else this.#begin()
  }

  returned(calledAt: number): void {
    const now = this.#terms.services.clock.now()
    this.#terms.owner.returned(this, now, now - calledAt)
  }

  fulfilled(attempt: Attempt<I, O>, value: O): void {
    if (this.#ended(attempt)) this.#settle(this.#done(value))
  }

  rejected(attempt: Attempt<I, O>, thrown: unknown): void {
    if (this.#ended(attempt)) this.#failed(Failure.from(thrown))
  }

  /** A limit was reached, or a back-off is over. */
  ring(): void {
    this.#book()
    if (this.#state === 'backing-off') {
      this.#state = 'queued'
      this.#terms.owner.waiting(this)
      return
    }
    const failure = timeout(this.#terms, this, this.#workers > 0)
    this.#abandon(failure)
    this.#failed(failure)
  }

  cancel(reason: Failure): void {
    if (this.#state === 'settled') return
    this.#book()
    this.#abandon(reason)
    this.#settle({ ...this.#header(), status: 'cancelled', reason: reason.message })
  }

  addUsage(usage: Partial<Usage>): void {
    this.#usage = addUsage(this.#usage, usage)
  }

  suspend(): void {
    if (this.#state === 'calling') return
    this.#book()
    this.#terms.services.alarms.clear(this)
    const held = this.#state === 'running'
    this.#state = 'calling'
    if (held) this.#terms.lane.release(this)
  }

  startCall<CI, CO>(request: CallRequest<CI, CO>): OwnedTask {
    return this.#terms.owner.call(this, request)
  }

  /** A worker has begun or ended for it. Its limits run while at least one does. */
  countWorker(change: 1 | -1): void {
    const now = this.#book()
    this.#workers += change
    if (this.#state !== 'calling') return
    if (this.#workers > 0) this.#limit(now)
    else this.#terms.services.alarms.clear(this)
  }

  /** All its calls have ended: asks for the lease again. */
  resume(): void {
    this.#book()
    this.#terms.services.alarms.clear(this)
    this.#state = 'resuming'
    this.#terms.owner.waiting(this)
  }

  #begin(): void {
    this.attempts += 1
    const attempt = new Attempt(this, this.attempts)
    this.#attempt = attempt
    this.#terms.owner.started(this)
    // Whoever was told may have ended the task.
    if (this.#attempt === attempt) attempt.run(this.#terms.work, this.input)
    else this.#terms.owner.abandoned(-1)
  }

  /** Closes the attempt, or finds that it was given up before: its late end is nobody's any more. */
  #ended(attempt: Attempt<I, O>): boolean {
    if (this.#attempt !== attempt) {
      this.#terms.owner.abandoned(-1)
      return false
    }
    this.#book()
    this.#attempt = undefined
    attempt.finish()
    return true
  }

  #abandon(reason: Failure): void {
    const attempt = this.#attempt
    if (attempt === undefined) return
    this.#attempt = undefined
    this.#terms.owner.abandoned(1)
    attempt.abandon(reason)
  }

  #failed(failure: Failure): void {
    const { alarms, random } = this.#terms.services
    const delayMs = retryDelayMs(this.#terms.retry, failure, this.attempts, random())
    if (delayMs === undefined || delayMs >= this.totalLeftMs(this.#terms.totalTimeoutMs)) {
      this.#settle({ ...this.#header(), status: 'failed', failure })
      return
    }
    this.#retried = [...this.#retried, failure]
    const held = this.#state === 'running'
    this.#state = 'backing-off'
    alarms.set(this, this.bookedAt, delayMs)
    this.#terms.owner.backingOff(this, failure, delayMs)
    if (held) this.#terms.lane.release(this)
  }

  #settle(outcome: Outcome<O, I>): void {
    const held = this.#state === 'running'
    const active = held || this.#state === 'calling' || this.#state === 'resuming'
    this.#state = 'settled'
    this.#terms.services.alarms.clear(this)
    // The owner first: it may have more for the lane that is about to be free.
    this.#terms.owner.settled(this, outcome, active, this.bookedAt)
    if (held) this.#terms.lane.release(this)
    else this.#terms.lane.pump()
  }

  /** Written out in one piece: it is how nearly every task ends, and a spread costs as much as all the rest of it. */
  #done(value: O): Done<O, I> {
    return {
      status: 'done',
      value,
      id: this.id,
      name: this.name,
      index: this.index,
      input: this.input,
      attempts: this.attempts,
      retried: this.#retried,
      queuedMs: this.queuedMs,
      runMs: this.runMs,
      usage: this.#usage,
    }
  }

  #header(): Omit<Cancelled<I>, 'status' | 'reason'> {
    const { status, value, ...header } = this.#done(undefined as O)
    return header
  }

  #limit(now: number): void {
    const { timeoutMs, totalTimeoutMs, services } = this.#terms
    services.alarms.set(this, now, Math.min(this.attemptLeftMs(timeoutMs), this.totalLeftMs(totalTimeoutMs)))
  }

  /** Books the time since the last change of state to what it was spent on. */
  #book(): number {
    return this.#bookUntil(this.#terms.services.clock.now())
  }

  #bookUntil(now: number): number {
    if (this.#state === 'running') this.bookRun(now)
    else if (this.#workers > 0) this.bookWorker(now)
    else if (this.#state === 'backing-off') this.bookBackOff(now)
    else this.bookQueue(now)
    return now
  }
}

const noFailures: readonly Failure[] = Object.freeze([])
