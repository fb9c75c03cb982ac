import type { Failure } from '../../core/failure.ts'
import type { Outcome } from '../../core/outcome.ts'
import { laneOf, type Patterns } from '../../core/task.ts'
import type { CallRequest, Hedged, OwnedTask, Owner, ParentAttempt, Terms } from '../../execute/terms.ts'
import { BlockWatch } from '../../observe/block-watch.ts'
import { Figures } from '../../observe/figures.ts'
import { Backlog } from '../../schedule/backlog.ts'
import type { Claim, Demand } from '../../schedule/demand.ts'
import type { Lane } from '../../schedule/lane.ts'
import type { Seat } from '../../schedule/seat.ts'
import type { Supply } from '../run/course.ts'
import type { LineOfRun, LineRun } from '../run/line-run.ts'
import type { Parent } from '../run/parts.ts'
import type { Admission } from './admission.ts'
import { backupOf } from './backup.ts'
import { CallLine, CallLines, startLaneCall } from './lane-call.ts'
import type { LineOptions } from './line-options.ts'

/** Those tasks of a run that are on one lane with one priority: the run's demand there, and the owner of these tasks. */
export class Line<I, O> implements Demand, Owner<I, O>, LineOfRun {
  readonly lane: Lane
  readonly priority: number
  readonly stage: string | undefined
  readonly figures: Figures
  readonly #blocking: BlockWatch
  readonly #run: LineRun
  readonly #supply: Supply<I, O>
  readonly #concurrency: number
  readonly #admission: Admission | undefined
  readonly #ready: Backlog<OwnedTask>
  /** Those that were admitted and wait (again). They come first: what does not fit into the budget may wait for what is reserved for them. */
  readonly #admitted = new Backlog<OwnedTask>()
  readonly #seat: Seat
  readonly #calls = new CallLines()
  #active = 0
  /** Attempts begun, without the second ones beside slow ones. */
  #begun = 0

  constructor(run: LineRun, options: LineOptions, supply: Supply<I, O>) {
    this.#run = run
    this.#supply = supply
    this.lane = options.lane
    this.priority = options.priority
    this.stage = options.stage
    this.figures = new Figures(options.lane.name)
    this.#blocking = new BlockWatch(this.figures)
    this.#concurrency = options.concurrency
    this.#admission = options.admission
    this.#ready = new Backlog(options.order)
    this.#seat = options.lane.join(this)
    run.account.lines.push(this)
  }

  /** Tasks whose attempts are on their way. */
  get active(): number {
    return this.#active
  }

  get party(): object {
    return this.#run.root
  }

  get ready(): number {
    return this.#admitted.size + this.#ready.size
  }

  /** Of these, tasks that wait for their key. */
  get parked(): number {
    return this.#admitted.parked + this.#ready.parked
  }

  get isFull(): boolean {
    return this.#active >= this.#concurrency || this.#run.places.isFull
  }

  next(): Claim | undefined {
    if (this.isFull || this.#run.isHalted) return undefined
    const task = this.#admitted.next() ?? this.#ready.next() ?? this.#supply.next()
    if (task === undefined || task.admitted || this.#admission === undefined) return task
    return this.#admit(task, this.#admission)
  }

  putBack(claim: Claim): void {
    const task = claim as OwnedTask
    this.#backlogOf(task).putBack(task)
  }

  park(claim: Claim): void {
    const task = claim as OwnedTask
    this.#backlogOf(task).park(task)
  }

  keyFreed(key: string): void {
    this.#admitted.keyFreed(key)
    this.#ready.keyFreed(key)
  }

  /** From outside the scheduler: something may be started now that could not be before. */
  readonly wake = (): void => {
    this.#run.parts.services.clock.now()
    this.#seat.announce()
  }

  /** The same, when its lane is pumped anyway. */
  nudge(): void {
    this.#seat.call()
  }

  leave(): void {
    this.#seat.leave()
    this.#calls.leave()
  }

  waiting(task: OwnedTask): void {
    this.put(task)
    this.lane.pump()
  }

  /** The same, when more may follow: nothing begins before the line is woken. */
  put(task: OwnedTask): void {
    this.#backlogOf(task).push(task)
    this.#seat.call()
  }

  started(task: OwnedTask): void {
    this.#countActive(1)
    this.#begun += 1
    this.figures.attempts += 1
    if (task.attempts > 1) this.figures.retries += 1
    this.#run.reporter.taskStarted(task)
  }

  returned(task: OwnedTask, calledAt: number): void {
    const isFull = this.#active >= this.#concurrency || this.lane.isFull
    if (!this.#blocking.returned(task, !isFull)) return
    const { services, watch } = this.#run.parts
    const now = services.clock.now()
    watch.alive(now)
    this.#blocking.timed(task, now - calledAt)
  }

  backingOff(task: OwnedTask, failure: Failure, delayMs: number): void {
    this.#countActive(-1)
    const run = this.#run
    run.reporter.backingOff(task, failure, delayMs)
    this.#admission?.backsOff(task)
    if (!run.turnAway(task)) this.#seat.call()
    run.freed()
  }

  freed(): void {
    this.#run.freed()
  }

  /** It is to wait for its lane: see `LineRun`. */
  turnAway(task: OwnedTask): boolean {
    return this.#run.turnAway(task)
  }

  abandoned(change: 1 | -1): void {
    this.#run.account.countAbandoned(change)
  }

  settled(task: OwnedTask, outcome: Outcome<O, I>, active: boolean, now: number): void {
    const run = this.#run
    if (active) this.#countActive(-1)
    this.#blocking.ended(task, run.parts.watch.alive(now))
    this.figures.settled(outcome, task.ownMs)
    run.unsettled.delete(task)
    this.#admission?.settled(task, outcome)
    this.#supply.settled(task, outcome)
    // After the outcome is where it belongs: whoever is told might end the run.
    run.settled(outcome)
    this.#admission?.land(task, outcome)
    this.#seat.call()
    this.#supply.afterwards?.()
  }

  /** @param holder for whom something is reserved: a call may call in its turn, and so may a second attempt */
  call<CI, CO>(task: OwnedTask, request: CallRequest<CI, CO>, holder: OwnedTask = task): OwnedTask {
    const { parts } = this.#run
    const lane = laneOf(request.task)!
    const calls = this.#calls.of(lane, () => new CallLine(parts.lane(lane), this.party, this.priority))
    const ran = (ms: number): void => this.figures.ran(lane, ms)
    const watcher = {
      returned: this.returned.bind(this),
      abandoned: this.abandoned.bind(this),
      call: <I, O>(call: OwnedTask, inner: CallRequest<I, O>): OwnedTask => this.call(call, inner, holder),
      delegates: () => this.delegates(holder),
      patterns: this.patterns.bind(this),
      ran,
    }
    return startLaneCall(calls, parts.services, { ...request, id: task.id, isFlight: task.isFlight, watcher })
  }

  backup(task: Hedged<I, O>, terms: Terms<I, O>): OwnedTask | undefined {
    if (this.#run.isHalted || this.figures.hedges + 1 > terms.hedge!.maxExtra * this.#begun) return undefined
    const backup = backupOf(this, task, terms)
    this.#admitted.putBack(backup)
    this.#seat.call()
    return backup
  }

  delegates(task: OwnedTask): void {
    this.#admission?.release(task)
    this.#run.starving.feed()
  }

  patterns(attempt: ParentAttempt): Patterns {
    const { parts } = this.#run
    return parts.patterns({ parts, parent: { attempt, run: this.#run } satisfies Parent })
  }

  #countActive(change: 1 | -1): void {
    this.#active += change
    this.#run.places.count(change)
  }

  countBackup(change: 1 | -1): void {
    this.#countActive(change)
    this.#run.backups += change
  }

  #backlogOf({ admitted }: OwnedTask): Backlog<OwnedTask> {
    return admitted ? this.#admitted : this.#ready
  }

  #admit(task: OwnedTask, admission: Admission): Claim | undefined {
    const now = this.#run.parts.services.clock.latest
    const may = admission.admit(task, now)
    if (may === 'yes') return task
    if (may === 'later') {
      this.#ready.putBack(task)
      this.#run.starving.add(this)
      return undefined
    }
    // The lane is to ask on.
    this.#seat.call()
    if (may !== 'follows') {
      task.skip(may)
      if (admission.isSpent(now)) this.#run.spend(may)
    }
    return undefined
  }
}
