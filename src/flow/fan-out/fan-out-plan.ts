import * as v from 'valibot'
import { parseOptions } from '../../core/options.ts'
import type { Outcome } from '../../core/outcome.ts'
import type { RunOptions, TaskOptions } from '../../core/run.ts'
import { isStandardSchema } from '../../core/standard-schema.ts'
import { type CheckedFanOut, type FanOut, type InlineTask, laneOf, type Task } from '../../core/task.ts'
import type { Kind } from '../../schedule/expectations.ts'
import { type ItemPlan, neverRuns, usualConcurrency } from '../items/map.ts'
import { type TaskPlan, taskEntries, taskPlan } from '../line/task-plan.ts'
import type { Scope } from '../run/parts.ts'
import { count, planned, type RunPlan, runEntries, runPlan } from '../run/run-plan.ts'
import { checkedSplit } from './split.ts'

/** What is settled of a fan-out before it begins: all that may be misuse is found here. */
export interface FanOutPlan<G, S, O, R> {
  readonly run: RunPlan
  /** The one task that runs the phases. On lane `io`, whatever theirs is: no rate of a provider is to count it. */
  root(work: InlineTask<G, R>): TaskPlan<G, R>
  readonly split: ItemPlan<G, readonly S[]>
  readonly each: ItemPlan<S, O>
  join(parts: readonly Outcome<O, S>[]): ItemPlan<G, R>
}

/** Its run breaks at its start when what was given is misuse. */
export function plannedFanOut<G, S, O, R>(scope: Scope, given: AnyFanOut<G, S, O, R>): FanOutPlan<G, S, O, R> {
  const refused = (run: RunPlan): FanOutPlan<G, S, O, R> => {
    return { ...fanOutPlan(scope, { split: neverRuns, each: neverRuns, join: neverRuns }), run }
  }
  return planned(scope, 'fanOut', () => fanOutPlan(scope, given), refused)
}

type AnyFanOut<G, S, O, R> = FanOut<G, S, O, R> | CheckedFanOut<G, S, O, R>

const taskSchema = v.omit(v.strictObject(taskEntries), ['name'])
const phaseSchema = v.omit(taskSchema, ['key'])

const fanOutSchema = v.strictObject({
  ...runEntries,
  split: v.function(),
  schema: v.optional(
    v.pipe(
      v.unknown(),
      v.rawCheck(({ dataset, addIssue }) => {
        if (!isStandardSchema(dataset.value)) addIssue({ expected: 'a Standard Schema' })
      }),
    ),
  ),
  max: v.optional(count),
  // Checked with its options, as every task is.
  each: v.unknown(),
  join: v.function(),
  lane: v.optional(v.string()),
  splitOptions: v.optional(phaseSchema),
  eachOptions: v.optional(taskSchema),
  joinOptions: v.optional(phaseSchema),
})

function fanOutPlan<G, S, O, R>(scope: Scope, given: AnyFanOut<G, S, O, R>): FanOutPlan<G, S, O, R> {
  const options = parseOptions(fanOutSchema, given, 'fanOut') as AnyFanOut<G, S, O, R>
  const { split, schema, max = 64, each, join, name = 'fanOut', budget, signal, policy, concurrency } = options
  const { parts, parent } = scope
  const counted = (budget ?? parent?.run.budget) !== undefined
  const taskOf = <I, T>(name: string, task: Task<I, T>, own: TaskOptions<I> = {}, kind?: Kind): TaskPlan<I, T> => {
    const lane = options.lane === undefined || laneOf(task) !== undefined ? {} : { lane: options.lane }
    return taskPlan(parts, task, { ...lane, ...own, name }, `fanOut: ${name}`, counted, own.kind ?? kind)
  }
  const splitting: TaskPlan<G, unknown> = taskOf('split', split, options.splitOptions)
  // What it is given is known when the parts have ended.
  const joining = taskOf<G, R>('join', neverRuns, options.joinOptions, join)
  return {
    run: runPlan(defined({ name, budget, signal }), name),
    root: (work) => taskPlan(parts, work, { name, retry: { maxAttempts: 1 } }, 'fanOut', counted),
    split: phase({ ...splitting, work: checkedSplit(split, { schema, max }) }),
    each: phase(taskOf('each', each, options.eachOptions), defined({ policy, concurrency })),
    join: (outcomes) => phase({ ...joining, work: (goal, context) => join(outcomes, goal, context) }),
  }
}

/** Options without those that were left out. */
function defined<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T
}

function phase<I, T>(task: TaskPlan<I, T>, options: RunOptions = {}): ItemPlan<I, T> {
  const concurrency = options.concurrency ?? usualConcurrency(task.lane)
  return { run: { ...runPlan(options, task.name), concurrency }, task, concurrency }
}
