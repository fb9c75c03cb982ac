import type { Failure } from '../../core/failure.ts'
import type { Outcome } from '../../core/outcome.ts'
import type { Source } from '../../core/run.ts'
import type { PathLink } from '../../core/statistics.ts'
import { noTally, type Tally } from '../../core/tally.ts'
import type { OwnedTask } from '../../execute/terms.ts'
import { Admission } from '../line/admission.ts'
import { Line } from '../line/line.ts'
import type { TaskPlan } from '../line/task-plan.ts'
import type { Course, End, Supply } from '../run/course.ts'
import type { LiveRun } from '../run/live-run.ts'
import type { Collector } from './collector.ts'
import { openCursor } from './cursor.ts'
import { Intake } from './intake.ts'

/** Tasks that may be read from the source beyond the running ones: those parked with their key, and those backing off. */
const maxAhead = 1024

/**
 * The items of a source on their way through one lane into a collector. An input is read, and its task made, only when the lane has
 * a slot for it.
 */
export class ItemCourse<I, O> implements Course, Supply<I, O> {
  readonly #run: LiveRun
  readonly #task: TaskPlan<I, O>
  readonly #source: Source<I>
  readonly #concurrency: number
  readonly #collector: Collector<O, I>
  #line: Line<I, O> | undefined
  #intake: Intake<I, O> | undefined
  /** Nothing more is read from the source. */
  #closed = false
  /** An input is in hand, or all that are left: the run is not over, whoever stops it meanwhile. */
  #busy = false
  #last: PathLink | undefined

  constructor(run: LiveRun, source: Source<I>, task: TaskPlan<I, O>, concurrency: number, collector: Collector<O, I>) {
    this.#run = run
    this.#source = source
    this.#task = task
    this.#concurrency = concurrency
    this.#collector = collector
  }

  open(): void {
    const { parts, id } = this.#run
    const { lane, priority, key, alike } = this.#task
    const admission = Admission.of(this.#run, key !== undefined, alike)
    const line = new Line(this.#run, { lane, priority, concurrency: this.#concurrency, admission }, this)
    this.#line = line
    const terms = { ...this.#task, idPrefix: `${id}/`, owner: line, services: parts.services }
    this.#intake = new Intake(terms, openCursor(this.#source, line.wake), (outcome) => this.#neverRan(outcome))
    this.#closed = this.#intake.isAtEnd
  }

  get isOpen(): boolean {
    return !this.#closed || this.#busy
  }

  get known(): number {
    return this.#intake?.known ?? 0
  }

  get total(): number | undefined {
    return this.#closed ? this.known : this.#intake?.total
  }

  get tally(): Tally {
    return this.#line?.figures.tally ?? noTally
  }

  get criticalPath(): readonly PathLink[] {
    return this.#last === undefined ? [] : [this.#last]
  }

  get pathMs(): number {
    return 0
  }

  next(): OwnedTask | undefined {
    const active = this.#line!.active
    if (this.#closed || active + this.#collector.held >= this.#collector.window) return undefined
    if (this.#run.unsettled.size >= active + maxAhead) return undefined
    return this.#readNext()
  }

  settled(task: OwnedTask, outcome: Outcome<O, I>): void {
    this.#task.expectation.learn(outcome, task.spanMs)
    // The end of the source may not have been read yet.
    const isLast = this.#run.unsettled.size === 0 && this.tally.in === this.total
    if (isLast) this.#last = linkOf(outcome)
    this.#collector.deliver(outcome)
    this.#run.delivered(outcome)
  }

  close(end: End): void {
    const wasBusy = this.#busy
    this.#busy = true
    this.#closed = true
    this.#intake?.close(end)
    this.#busy = wasBusy
  }

  ended(broken: Failure | undefined): void {
    this.#collector.ended(broken)
  }

  #readNext(): OwnedTask | undefined {
    this.#busy = true
    const next = this.#advance()
    this.#busy = false
    // The lane might not ask again for long: it is full, paused, or its rate is used up.
    if (this.#intake!.isAtEnd) this.#closed = true
    if (typeof next === 'object') {
      this.#run.unsettled.add(next)
      // The source, or a function of the options, may have stopped the run with this very input in hand.
      if (!this.#run.turnAway(next)) return next
    } else if (next === 'refused') this.#line!.nudge()
    else if (next === 'end') this.#closed = true
    if (this.#closed) this.#run.endIfSettled()
    return undefined
  }

  #advance(): OwnedTask | 'refused' | 'later' | 'end' {
    try {
      return this.#intake!.next()
    } catch (thrown) {
      this.#run.break(thrown as Failure)
      return 'later'
    }
  }

  #neverRan(outcome: Outcome<O, I>): void {
    this.#line!.figures.settled(outcome, 0)
    this.#collector.deliver(outcome)
    this.#run.reporter.settled(outcome)
    this.#run.delivered(outcome)
  }
}

function linkOf({ name, index, queuedMs, runMs }: Outcome<unknown>): PathLink {
  return { name: `${name} #${index}`, queuedMs, runMs }
}
