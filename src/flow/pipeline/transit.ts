import { Failure } from '../../core/failure.ts'
import { noUsage } from '../../core/usage.ts'
import type { Lane } from '../../schedule/lane.ts'
import type { Collector } from '../items/collector.ts'
import type { End } from '../run/course.ts'
import type { LiveRun } from '../run/live-run.ts'
import type { Ending } from './ending.ts'
import { verdict } from './filter.ts'
import type { Item, Place } from './item.ts'
import type { Ledger } from './ledger.ts'
import type { Step } from './operators.ts'
import { StepTask } from './step-task.ts'

/** Moves items through the operators of their segment as far as they go, to its end or to theirs. */
export class Transit {
  readonly ledger: Ledger
  /** How that ends what has not begun: nothing begins any more. */
  ending: End | undefined
  /** Something has left its place, so that something else may take it. */
  hasMoved = false
  /** Functions of the caller's ran since the clock was read. */
  isLate = false
  readonly #run: LiveRun
  readonly #collector: Collector<unknown, unknown>
  /** Those with tasks that they were not asked to begin yet. */
  readonly #lanes: Lane[] = []

  constructor(run: LiveRun, ledger: Ledger, collector: Collector<unknown, unknown>) {
    this.#run = run
    this.ledger = ledger
    this.#collector = collector
  }

  /** Outcomes that nobody has taken yet. */
  get held(): number {
    return this.#collector.held
  }

  /** Whether all is on its way out. */
  get isCancelled(): boolean {
    return this.ending?.status === 'cancelled'
  }

  enter(segment: Place, item: Item): void {
    item.enter(segment)
    if (item.outcome !== undefined) {
      this.#leave(item)
      this.#tell(item)
    } else if (this.isCancelled) this.end(item, this.ending!)
    else this.advance(item)
  }

  advance(item: Item): void {
    const { operators, gateway } = item.segment!
    while (item.at < operators.length) {
      const operator = operators[item.at]!
      item.at += 1
      item.name = operator.name
      if (operator.kind === 'step' && operator.known === undefined) return this.#begin(item, operator)
      this.isLate = true
      const ending = operator.kind === 'step' ? this.#recall(item, operator) : verdict(operator, item.value)
      if (ending === 'unknown') return this.#begin(item, operator as Step)
      item.isReported = false
      if (ending !== undefined) return this.end(item, ending)
    }
    if (gateway !== undefined) {
      item.name = gateway.name
      return this.#leave(item)
    }
    this.ledger.finish(item)
    this.#leave(item)
    this.#tell(item)
  }

  end(item: Item, ending: Ending): void {
    this.ledger.end(item, ending)
    this.#leave(item)
    this.#tell(item)
  }

  /** Has the lanes begin what can be begun. */
  pump(): void {
    if (this.#lanes.length === 0) return
    this.freshen()
    for (let lane = this.#lanes.pop(); lane !== undefined; lane = this.#lanes.pop()) lane.pump()
  }

  /** Reads the clock again if that was long ago. */
  freshen(): void {
    if (this.isLate) this.#run.parts.services.clock.now()
    this.isLate = false
  }

  /** Gives the item what is known of the step already. Undefined: it goes on with it. */
  #recall(item: Item, step: Step): Ending | 'unknown' | undefined {
    try {
      const known = step.known!(item.value)
      if (known === undefined) return 'unknown'
      item.value = known.value
      return undefined
    } catch (thrown) {
      return { status: 'failed', failure: Failure.from(thrown) }
    }
  }

  #begin(item: Item, step: Step): void {
    // A task would only be made to end.
    if (this.ending !== undefined) return this.#refuse(item, step, this.ending)
    this.freshen()
    let task: StepTask
    try {
      task = new StepTask(step.terms, item, step, this.#run.parts.services.clock.latest)
    } catch (thrown) {
      // `laneKey`, `key` and `estimate` are the caller's functions: what they throw is this item's failure.
      return this.#refuse(item, step, { status: 'failed', failure: Failure.from(thrown) })
    } finally {
      this.isLate = step.callsBack
    }
    this.#run.unsettled.add(task)
    if (this.#run.turnAway(task)) return
    step.line.put(task)
    if (!this.#lanes.includes(step.line.lane)) this.#lanes.push(step.line.lane)
  }

  /** An item that has got to a step and is not to begin it. */
  #refuse(item: Item, { line }: Step, ending: Ending): void {
    item.isReported = false
    this.ledger.end(item, ending)
    line.figures.settled({ ...item.outcome!, attempts: 0, queuedMs: 0, runMs: 0, usage: noUsage }, 0)
    this.#leave(item)
    this.#tell(item)
  }

  /** It has done with the operators of its segment, or has ended in it. */
  #leave(item: Item): void {
    const { order, gateway } = item.segment!
    if (order === undefined) return this.#pass(item, true)
    item.isReady = true
    for (let first = order.first; first?.isReady; first = order.first) {
      order.shift()
      this.#pass(first, gateway === undefined)
    }
  }

  #pass(item: Item, mayComeOut: boolean): void {
    this.hasMoved = true
    const { outcome, segment } = item
    if (outcome === undefined || !mayComeOut) return segment!.gateway!.push(item)
    segment!.count -= 1
    this.ledger.present -= 1
    this.#collector.deliver(outcome)
  }

  /** Once its outcome is where it belongs: whoever is told might end the run. */
  #tell(item: Item): void {
    if (item.isTold) return
    item.isTold = true
    if (!item.isReported) this.#run.reporter.settled(item.outcome!)
    this.#run.delivered(item.outcome!)
  }
}
