import { Failure, messageOf } from '../core/failure.ts'
import type { Outcome } from '../core/outcome.ts'
import type { Progress, Run } from '../core/run.ts'
import type { RunStatistics } from '../core/statistics.ts'
import { Execution } from '../execute/execution.ts'
import type { CallRequest, OwnedTask, Owner, Terms } from '../execute/terms.ts'
import type { Claim, Demand } from '../schedule/lane.ts'
import type { Collector } from './collector.ts'
import { openCursor } from './cursor.ts'
import { Intake } from './intake.ts'
import type { Job } from './job.ts'
import { Ledger } from './ledger.ts'
import type { RuntimeParts } from './parts.ts'
import { ReadyTasks } from './ready-tasks.ts'
import { Unsettled } from './unsettled.ts'
import { CallLine, startWorkerCall } from './worker-call.ts'

/** Tasks that may be read from the source beyond the running ones: those parked with their key, and those backing off. */
const maxAhead = 1024

/**
 * A source of inputs on its way through one lane into a collector. It is the lane's demand: an input is read, and its task
 * made, only when the lane has a slot for it.
 */
export class FlowRun<I, O> implements Run, Owner<I, O>, Demand {
  readonly id: string
  readonly #parts: RuntimeParts
  readonly #job: Job<I, O>
  readonly #terms: Terms<I, O>
  readonly #collector: Collector<O, I>
  readonly #controller = new AbortController()
  readonly #ledger: Ledger<I, O>
  #intake: Intake<I, O> | undefined
  #calls: CallLine | undefined
  queued = false
  readonly #ready = new ReadyTasks()
  readonly #unsettled = new Unsettled()
  #active = 0
  /** Nothing more is read from the source. */
  #closed = false
  /** An input is being read: the run is not over, whoever stops it meanwhile. */
  #reading = false
  #stopping: { readonly how: 'cancel' | 'drain'; readonly reason: string } | undefined
  #broken: Failure | undefined
  #startedAt: number | undefined
  #final: RunStatistics | undefined

  constructor(parts: RuntimeParts, job: Job<I, O>, collector: Collector<O, I>) {
    this.id = job.runId
    this.#parts = parts
    this.#job = job
    this.#terms = { ...job, owner: this, services: parts.services }
    this.#collector = collector
    this.#ledger = new Ledger(job, parts, collector)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get progress(): Progress {
    const { done, failed, skipped, cancelled, settledCount } = this.#ledger.statistics
    const waiting = (this.#intake?.known ?? 0) - settledCount - this.#active
    return { done, failed, skipped, cancelled, running: this.#active, waiting }
  }

  /** Begins. Once. */
  start(): void {
    this.#startedAt = this.#parts.services.clock.now()
    this.#parts.runs.add(this)
    this.#job.lane.join(this)
    this.#parts.watch.enter()
    this.#ledger.runStarted(this.#job.name)
    try {
      if (this.#job.refusal !== undefined) throw this.#job.refusal
      const neverRan = (outcome: Outcome<O, I>): void => this.#ledger.settled(outcome, 0)
      this.#intake = new Intake(this.#terms, openCursor(this.#job.source, this.wake), neverRan)
    } catch (thrown) {
      this.#break(Failure.from(thrown))
      return
    }
    const { signal } = this.#job
    signal?.addEventListener('abort', this.#onAbort)
    if (signal?.aborted) this.#onAbort()
    if (this.#stopping) this.#stop()
    else this.#announce()
  }

  /** From outside the scheduler: something may be started now that could not be before. */
  readonly wake = (): void => {
    this.#parts.services.clock.now()
    this.#announce()
  }

  cancel(reason = 'cancelled'): void {
    this.#stopAs('cancel', reason)
  }

  drain(reason = 'draining'): void {
    this.#stopAs('drain', reason)
  }

  stats(): RunStatistics {
    if (this.#final !== undefined) return { ...this.#final, abandoned: this.#ledger.statistics.abandoned }
    return this.#snapshot()
  }

  get ready(): number {
    return this.#ready.size
  }

  next(): Claim | undefined {
    if (this.#stopping?.how === 'cancel' || this.#parts.isClosed()) return undefined
    const resuming = this.#ready.nextResuming()
    if (resuming !== undefined) return resuming
    const { concurrency } = this.#job
    if (this.#active >= concurrency) return undefined
    const again = this.#ready.nextBeginning()
    if (again !== undefined) return again
    if (this.#closed || this.#active + this.#collector.held >= this.#collector.window) return undefined
    if (this.#unsettled.size >= this.#active + maxAhead) return undefined
    return this.#readNext()
  }

  park(task: Claim): void {
    this.#ready.park(task)
  }

  keyFreed(key: string): void {
    this.#ready.keyFreed(key)
  }

  started(task: OwnedTask): void {
    this.#active += 1
    this.#ledger.taskStarted(task)
  }

  returned(task: OwnedTask, now: number, ms: number): void {
    this.#parts.watch.alive(now)
    this.#ledger.statistics.stoodStill(task, ms, true)
  }

  waiting(task: OwnedTask): void {
    this.#ready.push(task)
    this.#announce()
  }

  backingOff(task: OwnedTask, failure: Failure, delayMs: number): void {
    this.#active -= 1
    this.#ledger.backingOff(task, failure, delayMs)
    if (this.#stopping) task.cancel(new Failure('CANCELLED', this.#stopping.reason))
    else this.#announce()
  }

  abandoned(change: 1 | -1): void {
    this.#ledger.statistics.abandoned += change
  }

  settled(task: OwnedTask, outcome: Outcome<O, I>, active: boolean, now: number): void {
    if (active) this.#active -= 1
    this.#unsettled.delete(task)
    this.#ledger.statistics.stoodStill(task, this.#parts.watch.alive(now), false)
    this.#ledger.settled(outcome, task.ownMs)
    if (this.#closed) this.#endIfSettled()
    if (this.#final === undefined) this.#job.lane.add(this)
  }

  call<CI, CO>(task: OwnedTask, request: CallRequest<CI, CO>): OwnedTask {
    this.#calls ??= CallLine.on(this.#parts.lane('cpu'))
    const line = this.#calls
    const ran = (ms: number): void => this.#ledger.statistics.called(line.lane.name, ms)
    const watcher = { returned: this.returned.bind(this), abandoned: this.abandoned.bind(this), ran }
    return startWorkerCall(line, this.#parts.services, { ...request, id: task.id, watcher })
  }

  #announce(): void {
    if (this.#final === undefined) this.#job.lane.announce(this)
  }

  #readNext(): Claim | undefined {
    this.#reading = true
    const next = this.#advance()
    this.#reading = false
    if (next instanceof Execution) {
      this.#unsettled.add(next)
      // The source, or `laneKey`, may have stopped the run with this very input in hand.
      if (this.#stopping === undefined) return next
      next.cancel(new Failure('CANCELLED', this.#stopping.reason))
    } else if (next === 'refused') this.#job.lane.add(this)
    else if (next === 'end') this.#closed = true
    if (this.#closed) this.#endIfSettled()
    return undefined
  }

  #advance(): Execution<I, O> | 'refused' | 'later' | 'end' {
    try {
      return this.#intake!.next()
    } catch (thrown) {
      this.#break(Failure.from(thrown))
      return 'later'
    }
  }

  #stopAs(how: 'cancel' | 'drain', reason: string): void {
    if (this.#final !== undefined || this.#stopping?.how === 'cancel' || this.#stopping?.how === how) return
    this.#stopping = { how, reason }
    if (this.#startedAt !== undefined) this.#stop()
  }

  #stop(): void {
    const { how, reason } = this.#stopping!
    const failure = new Failure('CANCELLED', reason)
    this.#closed = true
    this.#intake?.close(reason)
    if (how === 'cancel') this.#controller.abort(failure)
    for (const task of this.#unsettled.all()) {
      if (how === 'cancel' || !task.active) task.cancel(failure)
    }
    this.#endIfSettled()
  }

  /** The source broke: what runs ends first, then the run fails. */
  #break(failure: Failure): void {
    this.#broken = failure
    this.#stopAs('drain', failure.message)
  }

  readonly #onAbort = (): void => {
    const { reason } = this.#job.signal!
    this.cancel(messageOf(reason))
  }

  #endIfSettled(): void {
    if (this.#final !== undefined || this.#reading || this.#unsettled.size > 0) return
    this.#final = this.#snapshot()
    this.#job.signal?.removeEventListener('abort', this.#onAbort)
    this.#parts.watch.leave()
    this.#parts.runs.delete(this)
    this.#job.lane.leave(this)
    this.#calls?.lane.leave(this.#calls)
    this.#ledger.runEnded(this.#final, this.#broken)
  }

  #snapshot(): RunStatistics {
    const { services, watch, lane } = this.#parts
    const wallMs = this.#startedAt === undefined ? 0 : services.clock.now() - this.#startedAt
    const slotsOf = (name: string): number => lane(name).limits.concurrency
    return this.#ledger.statistics.snapshot(wallMs, this.#job.concurrency, slotsOf, watch.delay)
  }
}
