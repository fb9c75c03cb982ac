import { Failure, messageOf } from '../../core/failure.ts'
import type { Outcome } from '../../core/outcome.ts'
import type { Progress, Run } from '../../core/run.ts'
import type { RunStatistics } from '../../core/statistics.ts'
import type { OwnedTask } from '../../execute/terms.ts'
import type { Figures } from '../../observe/figures.ts'
import { Reporter } from '../../observe/reporter.ts'
import { Budget } from '../../schedule/budget.ts'
import { RunAccount } from './account.ts'
import { Bell } from './bell.ts'
import { type Course, progressOf } from './course.ts'
import type { LineRun } from './line-run.ts'
import type { ChildRun, Parent, RuntimeParts, Scope } from './parts.ts'
import { Places } from './places.ts'
import { type PolicyWatcher, watcher } from './policy.ts'
import { nextRunId } from './run-id.ts'
import { type RunPlan, refusalOf } from './run-plan.ts'
import { Starving } from './starving.ts'
import { Unsettled } from './unsettled.ts'

/** A run from its start to its end, whatever its course: stopping it, pausing it, its place in the tree of runs, its figures. */
export class LiveRun implements Run, LineRun, ChildRun {
  readonly id: string
  readonly parts: RuntimeParts
  readonly name: string
  readonly root: object
  budget: Budget | undefined
  readonly starving: Starving
  readonly reporter: Reporter
  readonly account: RunAccount
  readonly unsettled: Unsettled = new Unsettled()
  readonly places: Places
  backups = 0
  readonly #parent: Parent | undefined
  readonly #plan: RunPlan
  readonly #controller = new AbortController()
  readonly #policy: PolicyWatcher | undefined
  #course!: Course
  #deadline: Bell | undefined
  #outOfBudget: Bell | undefined
  #paused = false
  /** Its course is: whoever stopped the run before did so for later. */
  #isOpen = false
  #stopping: { readonly how: 'cancel' | 'drain'; readonly reason: string } | undefined
  #broken: Failure | undefined
  #startedAt: number | undefined
  #final: RunStatistics | undefined

  constructor(scope: Scope, plan: RunPlan) {
    const { parts, parent } = scope
    this.id = nextRunId()
    this.parts = parts
    this.name = plan.name
    this.places = new Places(plan.concurrency)
    this.root = parent?.run.root ?? this
    this.#parent = parent
    this.#plan = plan
    this.account = new RunAccount(parent?.run.account)
    this.#policy = watcher(plan.policy)
    this.starving = parent?.run.starving ?? new Starving()
    this.reporter = new Reporter(this.id, parts.listener)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get progress(): Progress {
    return progressOf(this.#course, this.places.active - this.backups)
  }

  /** What it is about. Before anything else. */
  take(course: Course): this {
    this.#course = course
    return this
  }

  /** Begins. Once. */
  start(): void {
    const parts = this.parts
    const parent = this.#parent
    const { budget, signal } = this.#plan
    this.#startedAt = parts.services.clock.now()
    this.budget = budget ? new Budget(budget, parent?.run.budget, this.#startedAt) : parent?.run.budget
    if (parent === undefined) parts.runs.add(this)
    else {
      parent.attempt.adopt(this)
      parent.run.account.children.add(this)
    }
    parts.watch.enter()
    this.reporter.runStarted(this.name, parent?.attempt.id)
    try {
      const refusal = this.#plan.refusal ?? refusalOf({ parts, parent }, this.name)
      if (refusal !== undefined) throw refusal
      this.#course.open()
    } catch (thrown) {
      return this.break(Failure.from(thrown))
    }
    this.#isOpen = true
    const late = (ms: number): void => this.cancel(`the deadline of ${ms} ms has passed`)
    this.#deadline = Bell.after(this.#policy?.deadlineMs, parts.services, late)
    this.#outOfBudget = Bell.after(budget?.wallMs, parts.services, () => this.expire(this.budget!.timeIsOver()))
    signal?.addEventListener('abort', this.#onAbort)
    if (signal?.aborted) this.#onAbort()
    this.delivered()
    if (this.#stopping) this.#stop()
    else this.wake()
    this.endIfSettled()
  }

  wake(): void {
    for (const line of this.account.lines) line.nudge() // All stand in their lanes before any lane is asked.
    for (const line of this.account.lines) line.wake()
    for (const child of this.account.children) child.wake()
    this.#course.wake?.()
  }

  cancel(reason = 'cancelled'): void {
    this.#stopAs('cancel', reason)
  }

  drain(reason = 'draining'): void {
    this.#stopAs('drain', reason)
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    if (!this.paused) this.wake()
  }

  get paused(): boolean {
    return this.#paused || this.#parent?.run.paused === true
  }

  stats(): RunStatistics {
    return this.#final === undefined ? this.#statistics() : { ...this.#final, abandoned: this.account.abandoned }
  }

  get isHalted(): boolean {
    return this.#stopping !== undefined || this.parts.isClosed() || this.paused || this.isGivenUp
  }

  get isGivenUp(): boolean {
    return this.#stopping?.how === 'cancel' || (this.#parent?.attempt.isOver || this.#parent?.run.isGivenUp) === true
  }

  get underFlight(): boolean {
    return this.#parent !== undefined && (this.#parent.attempt.isFlight || this.#parent.run.underFlight)
  }

  settled(outcome: Outcome<unknown>): void {
    this.reporter.settled(outcome)
    if (this.#final === undefined) this.endIfSettled()
    this.starving.feed()
    this.freed()
  }

  freed(): void {
    if (this.account.lines.length > 1 && this.places.isLimited) for (const line of this.account.lines) line.wake()
  }

  /** One of its items has its outcome, or, without one, it begins. */
  delivered(outcome?: Outcome<unknown>): void {
    if (this.#policy === undefined || this.#stopping !== undefined) return
    const reason = this.#policy.settled(outcome, { total: this.#course.total, settled: this.#course.tally.in })
    if (reason !== undefined) this.cancel(reason)
  }

  spend(cause: Failure): void {
    this.#course.close({ status: 'skipped', cause })
    this.endIfSettled()
  }

  /** Whether a task that is about to wait comes too late: then it ends at once. */
  turnAway(task: OwnedTask): boolean {
    if (this.#stopping === undefined) return false
    task.cancel(new Failure('CANCELLED', this.#stopping.reason))
    return true
  }

  get total(): Figures {
    return this.account.total
  }

  /** The run as a whole fails: what runs ends first. */
  break(failure: Failure): void {
    this.#broken = failure
    this.#isOpen = true
    this.#stopping ??= { how: 'drain', reason: failure.message }
    this.#stop()
  }

  endIfSettled(): void {
    if (this.#final !== undefined || this.unsettled.size > 0 || this.#course.isOpen) return
    this.#final = this.#statistics()
    this.#plan.signal?.removeEventListener('abort', this.#onAbort)
    this.#deadline?.stop()
    this.#outOfBudget?.stop()
    for (const line of this.account.lines) line.leave()
    this.parts.watch.leave()
    this.parts.runs.delete(this)
    this.#parent?.attempt.release(this)
    this.#parent?.run.account.absorb(this)
    this.reporter.runEnded(this.#final)
    this.#course.ended(this.#broken)
  }

  /** The time of a budget is over: what has not begun never will. */
  expire(cause: Failure): void {
    this.#course.close({ status: 'skipped', cause })
    // The end of one may end others: by the policy.
    for (const task of this.unsettled.all()) if (task.attempts === 0 && task.wanted) task.skip(cause)
    for (const child of [...this.account.children]) child.expire(cause)
    this.endIfSettled()
  }

  #stopAs(how: 'cancel' | 'drain', reason: string): void {
    if (this.#final !== undefined || this.#stopping?.how === 'cancel' || this.#stopping?.how === how) return
    this.#stopping = { how, reason }
    if (this.#isOpen) this.#stop()
  }

  #stop(): void {
    const { how, reason } = this.#stopping!
    const failure = new Failure('CANCELLED', reason)
    this.#course.close({ status: 'cancelled', reason })
    if (how === 'cancel') this.#controller.abort(failure)
    for (const task of this.unsettled.all()) if (how === 'cancel' || !task.active) task.cancel(failure)
    this.endIfSettled()
  }

  readonly #onAbort = (): void => this.cancel(messageOf(this.#plan.signal!.reason))

  #statistics(): RunStatistics {
    const wallMs = this.#startedAt === undefined ? 0 : this.parts.services.clock.now() - this.#startedAt
    return this.account.statistics(this.parts, this.#course, wallMs, this.#plan.concurrency)
  }
}
