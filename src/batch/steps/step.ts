import type { Failure } from '../../core/failure.ts'
import type { RetryOptions } from '../../core/run.ts'
import type { TaskContext } from '../../core/task.ts'
import type { Usage } from '../../core/usage.ts'
import type { ItemView } from '../template/item-view.ts'

/** A step of a job, made ready before anything runs. Its work is known by its version and its input alone. */
export type Step = EachStep | ExpandStep | SelectStep | FilterStep | CollectStep

/** One that works, and so may change something outside. */
export type WorkStep = Exclude<Step, FilterStep | CollectStep>

export function hasEffects(step: Step): step is WorkStep {
  return 'effects' in step && step.effects
}

interface Named {
  /** Unique in the job; templates use it for the step's result. */
  readonly name: string
  /** Names of results, input fields aside, that it uses: what nobody uses later need not be kept. `*`: all. */
  readonly uses: readonly string[]
}

/** What a step that works has. `I` is what it is given, JSON. */
interface Working extends Named {
  /** All that makes its results what they are: kind, model, prompt, parameters, version of the user's code. Part of the content key. */
  readonly version: string
  /** Of the user's own code: what stands for it in the version, and the version that the step would have with another. */
  readonly code?: { readonly name: string; versionWith(name: string): string }
  /** On which lane its attempts hold a slot. */
  readonly lane: string
  readonly timeoutMs?: number
  /** Of all attempts and the waits between them. */
  readonly totalTimeoutMs?: number
  readonly retry?: RetryOptions
  readonly concurrency?: number
  laneKey?(input: unknown): string | undefined
  /** What one attempt is expected to use, for rates, budgets and the plan. */
  estimate?(input: unknown): Partial<Usage>
  /** It changes something outside: its intent is durable before it begins, and it is not run again by itself. */
  readonly effects: boolean
  readonly onInterrupted: OnInterrupted
  /** Name of the model that it asks, for the plan. */
  readonly model?: string
  /** Where its work is done, if its attempts only wait for it there: `cpu`. For the plan. */
  readonly worksOn?: string
  /**
   * Its result is there by name alone, a verdict or a score: it is neither what the next step's `last` is, nor the value of a record, unless
   * a field names it.
   */
  readonly isAside?: boolean
  /** What a result may look like, for what the plan says of the steps behind it. Undefined: nobody knows. */
  example?(input: unknown): unknown
}

/** What becomes of work that was begun and has no result when its run goes on. */
export type OnInterrupted = 'rerun' | 'fail' | 'ask'

/** One result for each item. */
export interface EachStep extends Working {
  readonly kind: 'each'
  /** What it is given of an item, as JSON data; the other part of the content key. @throws Failure `INVALID_INPUT` */
  prepare(item: ItemView): unknown
  /** @returns JSON data */
  run(input: unknown, context: TaskContext): Promise<unknown>
  /** Takes back what `run` did. */
  compensate?(input: unknown, value: unknown, context: TaskContext): Promise<void>
}

/** Several items of one: `run` gives an array, at most 16 384 long. */
export interface ExpandStep extends Working {
  readonly kind: 'expand'
  /** About how many, for the plan. */
  count?(input: unknown): number
  prepare(item: ItemView): unknown
  run(input: unknown, context: TaskContext): Promise<readonly unknown[]>
}

/** Needs all items at once, and lets some of them go on: those that `run` names by position; the others are skipped. A barrier. */
export interface SelectStep extends Working {
  readonly kind: 'select'
  /** At most so many go on. */
  readonly top?: number
  prepare(item: ItemView): unknown
  run(inputs: readonly unknown[], context: TaskContext): Promise<Selection>
}

export interface Selection {
  /** Positions of those that go on, in the order in which they do. */
  readonly kept: readonly number[]
  /** Why each of the others does not, by position. */
  readonly reasons: Readonly<Record<number, string>>
  /** What the step's result is for each of those kept, if anything: a score, say. */
  readonly values?: Readonly<Record<number, unknown>>
}

/** Costs nothing: it is decided anew whenever it is asked. */
export interface FilterStep extends Named {
  readonly kind: 'filter'
  /** True, or why the item goes no further. @throws Failure `INVALID_INPUT` */
  keep(item: ItemView): true | Failure
  /** Of one by a field: that the item does not have it, with the name that may be meant; undefined: it does, or may lack it. */
  lacks?(item: ItemView): Failure | undefined
}

/** A barrier: what comes behind it is given one item, whose `items` are the views of all that came so far. */
export interface CollectStep extends Named {
  readonly kind: 'collect'
}
