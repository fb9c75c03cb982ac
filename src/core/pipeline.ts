import type { Outcome } from './outcome.ts'
import type { RunOptions, TaskOptions } from './run.ts'

/** What can be said of the step of a pipeline. */
export interface StepOptions<I> extends Omit<TaskOptions<I>, 'name'> {
  /** Most tasks of this step at the same time. Default: twice the slots of its lane, as in a map. */
  readonly concurrency?: number
  /**
   * What the step would give, where that is there already: it does not run, has no attempt and takes no slot. Called on the event loop when
   * the item is at the step; undefined: it runs. A failure that is known already is thrown.
   */
  readonly known?: (input: I) => { readonly value: unknown } | undefined
  /**
   * Told how the step's task ended for an item: once, whatever its attempts, and for those that ended as another one with the same key did,
   * too. What it gives for one that is done goes on to the next step, in place of what the task gave. What it throws is the item's failure.
   */
  readonly ended?: (input: I, outcome: Outcome<unknown>) => unknown
}

export interface FlatMapOptions<I> extends StepOptions<I> {
  /** As that of a step. Default `flatMap`. */
  readonly name?: string
}

export interface PipelineOptions extends RunOptions {
  /**
   * Outcomes in input order, those of children in the place of their parent. Batches, collects and folds then take their items in input order,
   * too. Holds back what comes early. Default false.
   */
  readonly ordered?: boolean
}
