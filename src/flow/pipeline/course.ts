import { Failure } from '../../core/failure.ts'
import type { Outcome } from '../../core/outcome.ts'
import type { Source } from '../../core/run.ts'
import type { PathLink } from '../../core/statistics.ts'
import type { Tally } from '../../core/tally.ts'
import type { OwnedTask } from '../../execute/terms.ts'
import type { Collector } from '../items/collector.ts'
import { openCursor } from '../items/cursor.ts'
import type { Course, End, Supply } from '../run/course.ts'
import type { LiveRun } from '../run/live-run.ts'
import { buildSegments } from './build.ts'
import { type Ending, endingOf } from './ending.ts'
import { Flow } from './flow.ts'
import { type Item, pathTo } from './item.ts'
import { Ledger } from './ledger.ts'
import type { Step } from './operators.ts'
import type { PipelinePlan } from './plan.ts'
import { Reader } from './reader.ts'
import type { StepTask } from './step-task.ts'
import { Transit } from './transit.ts'

/**
 * A pipeline on its way. Items are pushed through the operators of their segment as far as they go, and a segment with room pulls the next
 * one from the gateway before it, or from the source:
 *
 *     source ◀─ [ step ─▶ filter ─▶ step ] ─▶ door│gateway ◀─ [ step ─▶ step ] ─▶ collector
 *
 * What waits at a step is a task on the line of that step: stopping, pausing, budgets and keys are the business of the run and its lines.
 */
export class PipelineCourse implements Course, Supply<unknown, unknown> {
  readonly #run: LiveRun
  readonly #source: Source<unknown>
  readonly #plan: PipelinePlan
  readonly #ledger = new Ledger()
  #collector!: Collector<unknown, unknown>
  #transit: Transit | undefined
  #flow: Flow | undefined
  #isClosed = false
  /** A task has settled, and what follows from it is not done: the run is not over, whoever stops it meanwhile. */
  #settling = 0

  constructor(run: LiveRun, source: Source<unknown>, plan: PipelinePlan) {
    this.#run = run
    this.#source = source
    this.#plan = plan
  }

  /** Where outcomes go. Before it starts. */
  into(collector: Collector<unknown, unknown>): void {
    this.#collector = collector
  }

  open(): void {
    const run = this.#run
    const cursor = openCursor(this.#source, this.wake)
    const segments = buildSegments(run, this.#plan, this.#ledger, this)
    const { operators, gateway } = segments[0]!
    const name = operators[0]?.name ?? gateway?.name ?? run.name
    const origin = { prefix: `${run.id}/`, index: undefined, name, parent: undefined, isDerived: false }
    const reader = new Reader(cursor, origin, this.#ledger, (failure) => run.break(failure))
    this.#transit = new Transit(run, this.#ledger, this.#collector)
    const isArray = Array.isArray(this.#source)
    this.#flow = new Flow(reader, isArray, segments, this.#transit, () => run.isHalted, this.wake)
  }

  get isOpen(): boolean {
    if (this.#settling > 0 || this.#flow?.isOn || this.#ledger.present > 0) return true
    return !this.#isClosed && this.#flow?.reader.isExhausted !== true
  }

  get known(): number {
    return this.#flow?.reader.known ?? 0
  }

  get total(): number | undefined {
    // How many are made on the way nobody knows.
    return this.#flow?.segments.length === 1 ? this.#flow.reader.total : undefined
  }

  get tally(): Tally {
    return this.#ledger.source.now
  }

  get derived(): { readonly known: number; readonly tally: Tally } {
    return { known: this.#ledger.derivedKnown, tally: this.#ledger.derived.now }
  }

  get criticalPath(): readonly PathLink[] {
    return pathTo(this.#ledger.last)
  }

  get pathMs(): number {
    return this.#ledger.pathMs
  }

  /** What waits at a step stands on its line already; to a first step more may come. */
  next(): undefined {
    this.#flow!.go()
    this.#transit!.freshen()
    this.#run.endIfSettled()
  }

  settled(task: OwnedTask, outcome: Outcome<unknown>): void {
    const { item, step } = task as StepTask
    this.#settling += 1
    step.expectation.learn(outcome, task.spanMs)
    item.took(outcome)
    const ending = step.ended === undefined ? plainEnd(item, outcome) : this.#told(item, step.ended, outcome)
    if (ending === undefined) this.#transit!.advance(item)
    else this.#transit!.end(item, ending)
    this.#settling -= 1
  }

  afterwards(): void {
    if (this.#transit!.hasMoved) this.#goOn()
    else this.#transit!.pump()
  }

  readonly wake = (): void => {
    if (this.#transit === undefined) return
    this.#transit.isLate = true
    this.#goOn()
  }

  close(end: End): void {
    this.#isClosed = true
    const transit = this.#transit
    if (transit === undefined || transit.isCancelled) return
    transit.ending = end
    this.#flow!.close(end)
  }

  ended(broken: Failure | undefined): void {
    this.#flow?.stop()
    this.#collector.ended(broken)
  }

  /** Undefined: the item goes on with what it was given. */
  #told(item: Item, ended: NonNullable<Step['ended']>, outcome: Outcome<unknown>): Ending | undefined {
    this.#transit!.isLate = true
    try {
      const value = ended(item.value, outcome)
      if (outcome.status !== 'done') return endingOf(outcome)
      item.value = value
      return undefined
    } catch (thrown) {
      return { status: 'failed', failure: Failure.from(thrown) }
    }
  }

  #goOn(): void {
    this.#flow!.go()
    this.#transit!.pump()
    this.#run.endIfSettled()
  }
}

function plainEnd(item: Item, outcome: Outcome<unknown>): Ending | undefined {
  if (outcome.status !== 'done') return endingOf(outcome)
  item.value = outcome.value
  return undefined
}
