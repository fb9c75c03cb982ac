import { Execution } from '../../execute/execution.ts'
import type { Terms } from '../../execute/terms.ts'
import type { Item } from './item.ts'
import type { Step } from './operators.ts'

/** One item at one step. */
export class StepTask extends Execution<unknown, unknown> {
  readonly item: Item
  readonly step: Step

  /** Throws what the step's `laneKey`, `key` or `estimate` throws. */
  constructor(terms: Terms<unknown, unknown>, item: Item, step: Step, now: number) {
    super(terms, item.index, item.value, now)
    this.item = item
    this.step = step
  }

  // Its index alone would not do: children of one parent share theirs.
  override get id(): string {
    return `${this.item.id}/${this.step.name}`
  }

  twin(terms: Terms<unknown, unknown>): StepTask {
    return new StepTask(terms, this.item, this.step, terms.services.clock.latest)
  }
}
