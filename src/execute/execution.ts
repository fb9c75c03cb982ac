import { Failure } from '../core/failure.ts'
import type { Outcome } from '../core/outcome.ts'
import type { Alarm } from '../schedule/alarms.ts'
import { Attempt, type AttemptHost } from './attempt.ts'
import { Hedging, overtaken } from './hedging.ts'
import { doneOutcome, headerOf } from './settled.ts'
import { atOnce, isActive, TaskRecord } from './task-record.ts'
import type { Hedged } from './terms.ts'
import { timeout } from './timeout.ts'

/**
 * One task on its way from its first lease to its outcome.
 *
 *     queued ──▶ running ──▶ settled          suspended: workers or child runs do, or wait to do, what it needs
 *       ▲        │  │  ▲                       resuming: it waits to go on
 *       │        │  ▼  └────────┐              hedged: its attempt failed, but a second one is on
 *       │        │ suspended ─▶ resuming       A lease is held in `running` alone.
 *       │        ▼
 *     backing-off ◀── hedged
 *
 * It is its own queue entry and its own alarm, so that a waiting task costs this one object. Only its own time and that of the workers
 * it calls counts towards its limits; waiting for a lane is the scheduler's doing (`queuedMs`), that for child runs is theirs. What wraps
 * what, from the outside: single-flight (`key`), the limit in all, retry, the limit of an attempt, hedge, the function.
 */
export class Execution<I, O> extends TaskRecord<I, O> implements AttemptHost<I, O>, Hedged<I, O>, Alarm {
  bucket: Alarm['bucket']
  slot = -1
  /** The attempt that is on its way. */
  #attempt: Attempt<I, O> | undefined
  #hedging: Hedging | undefined
  /** Where a limit depends on it. */
  #begunAt: number | undefined

  get active(): boolean {
    return this.#attempt !== undefined || (this.state === 'hedged' && this.#hedging?.backup?.active === true)
  }

  protected get isCalling(): boolean {
    return this.#attempt?.calling ?? false
  }

  /** The lane grants the lease: an attempt begins, or goes on. */
  granted(): void {
    const now = this.bookUntil(this.terms.services.clock.latest)
    const { state } = this
    this.state = 'running'
    if (state === 'resuming') {
      this.#limit(now)
      return this.#attempt!.resumed()
    }
    const { retry, hedge } = this.terms
    if (this.attempts > 0) this.bookAttempt()
    else if (retry.maxElapsedMs !== Number.POSITIVE_INFINITY) this.#begunAt = now
    if (hedge !== undefined) this.#hedging = new Hedging(hedge, this.#hedging?.begun)
    if ((this.terms.estimate ?? this.terms.learned) !== undefined) this.holdEstimate()
    this.#limit(now)
    this.#begin()
  }

  fulfilled(attempt: Attempt<I, O>, value: O): void {
    if (!this.#ended(attempt, true)) return
    this.terms.lane.throttle.answered(attempt.mark)
    this.#hedging?.took(this.attemptMs)
    // Before the outcome is made: what the other attempt has used is part of it.
    this.#hedging?.stop()
    this.#settle(doneOutcome(this, value))
  }

  rejected(attempt: Attempt<I, O>, thrown: unknown): void {
    if (!this.#ended(attempt, false)) return
    const failure = Failure.from(thrown)
    this.terms.lane.failed(failure, attempt.mark)
    this.#failed(failure)
  }

  /** A limit was reached, a second attempt is due, or a back-off is over. */
  ring(): void {
    const now = this.book()
    if (this.state === 'backing-off') this.#queueAgain()
    else if (this.#hedgeLeftMs < this.limitLeftMs) {
      this.#hedge(this.#hedging!)
      // Its start may have ended this very task.
      if (this.state === 'running' || this.workers > 0) this.#limit(now)
    } else {
      const failure = timeout(this.terms, this, this.#attempt?.onWorker === true)
      if (this.totalLeftMs(this.terms.totalTimeoutMs) <= 0) this.#hedging?.stop()
      const attempt = this.#attempt
      this.#abandon(failure)
      if (attempt !== undefined) this.terms.lane.failed(failure, attempt.mark)
      this.#failed(failure)
    }
  }

  cancel(reason: Failure): void {
    this.book()
    this.#hedging?.stop()
    this.#abandon(reason)
    this.#settle({ ...headerOf(this), status: 'cancelled', reason: reason.message })
  }

  skip(cause: Failure): void {
    this.book()
    this.#settle({ ...headerOf(this), status: 'skipped', cause })
  }

  settleAs(outcome: Outcome<unknown>): void {
    this.book()
    this.#settle({ ...(outcome as Outcome<O, I>), ...headerOf(this) })
  }

  backupStarted(): void {
    this.attempts += 1
    this.#hedging!.begun += 1
  }

  backupSettled(outcome: Outcome<O, I>): void {
    const hedging = this.#hedging!
    const isOn = hedging.backup !== undefined
    hedging.backup = undefined
    this.addForeignUsage(outcome.usage)
    if (!isOn) return
    this.book()
    // Its lane was stopped: were it asked for again at once, it would be for ever.
    if (outcome.status === 'skipped') hedging.refused()
    if (outcome.status === 'done') {
      if (this.#attempt !== undefined) hedging.took(this.attemptMs)
      this.#abandon(overtaken)
      this.#settle(doneOutcome(this, outcome.value))
    } else if (this.state === 'hedged') this.#failed(hedging.heldBack!)
  }

  suspend(): void {
    if (this.state === 'suspended') return
    this.book()
    this.terms.services.alarms.clear(this)
    const held = this.state === 'running'
    this.state = 'suspended'
    if (held) this.terms.lane.suspend(this)
  }

  /** A worker has begun or ended for it. Its limits run while at least one does. */
  countWorker(change: 1 | -1): void {
    const now = this.book()
    this.workers += change
    if (this.state !== 'suspended') return
    if (this.workers > 0) this.#limit(now)
    else this.terms.services.alarms.clear(this)
  }

  /** All that it waited for has ended: asks for the lease again. */
  resume(): void {
    this.book()
    this.terms.services.alarms.clear(this)
    this.state = 'resuming'
    this.terms.lane.resume(this)
  }

  #begin(): void {
    this.attempts += 1
    const attempt = new Attempt(this, this.attempts, this.terms.lane.throttle.begun)
    this.#attempt = attempt
    this.owner.started(this)
    // Whoever was told may have ended the task.
    if (this.#attempt === attempt) attempt.begin(this.terms.work, this.input)
    else this.owner.abandoned(-1)
  }

  #hedge(hedging: Hedging): void {
    hedging.backup = this.owner.backup(this, this.terms)
    if (hedging.backup === undefined) hedging.refused()
    else this.terms.lane.pump()
  }

  /** Closes the attempt, or finds that it was given up before: its late end is nobody's any more. */
  #ended(attempt: Attempt<I, O>, isDone: boolean): boolean {
    if (this.#attempt !== attempt) {
      this.owner.abandoned(-1)
      return false
    }
    this.book()
    this.#attempt = undefined
    attempt.finish()
    this.settleRates(isDone)
    return true
  }

  #abandon(reason: Failure): void {
    const attempt = this.#attempt
    if (attempt === undefined) return
    this.#attempt = undefined
    this.owner.abandoned(1)
    attempt.abandon(reason)
    this.settleRates(false)
  }

  #failed(failure: Failure): void {
    const { state } = this
    const { alarms } = this.terms.services
    if (this.#hedging?.backup?.active) {
      this.#hedging.heldBack = failure
      this.state = 'hedged'
      alarms.set(this, this.bookedAt, this.totalLeftMs(this.terms.totalTimeoutMs))
      return this.letGo(state)
    }
    this.#hedging?.stop()
    // Stopping that one, or child runs, may have let others begin, and one of those may have ended the run.
    if (this.state === 'settled') return
    const elapsedMs = this.bookedAt - (this.#begunAt ?? this.bookedAt)
    const delayMs = this.delayAfter(failure, this.attempts - (this.#hedging?.begun ?? 0), elapsedMs)
    if (delayMs === undefined || (delayMs === atOnce ? 0 : delayMs) >= this.totalLeftMs(this.terms.totalTimeoutMs)) {
      return this.#settle({ ...headerOf(this), status: 'failed', failure })
    }
    this.retried = [...this.retried, failure]
    this.state = 'backing-off'
    if (delayMs !== atOnce) alarms.set(this, this.bookedAt, delayMs)
    this.owner.backingOff(this, failure, delayMs === atOnce ? 0 : delayMs)
    this.letGo(state)
    // Whoever was told may have ended it.
    if (delayMs === atOnce && this.state === 'backing-off') this.#queueAgain()
  }

  #queueAgain(): void {
    this.book()
    this.state = 'queued'
    this.askAgain()
  }

  #settle(outcome: Outcome<O, I>): void {
    const { state } = this
    // The end of another task may have been that of the run.
    if (state === 'settled') return
    this.state = 'settled'
    this.terms.services.alarms.clear(this)
    // The owner first: it may have more for the lane that is about to be free.
    this.owner.settled(this, outcome, isActive[state], this.bookedAt)
    this.letGo(state)
  }

  #limit(now: number): void {
    const leftMs = this.#hedging === undefined ? this.limitLeftMs : Math.min(this.limitLeftMs, this.#hedgeLeftMs)
    this.terms.services.alarms.set(this, now, leftMs)
  }

  get #hedgeLeftMs(): number {
    return this.attemptLeftMs(this.#hedging?.afterMs ?? Number.POSITIVE_INFINITY)
  }
}
