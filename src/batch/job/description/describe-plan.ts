import type { BudgetOptions } from '../../../core/run.ts'
import { delimiterHint } from '../delimiter-hint.ts'
import type { JobPlan } from '../plan.ts'
import { budgetNotes } from './budget-notes.ts'
import { misspelling } from './missing-names.ts'
import type { PlanDescription } from './plan-description.ts'
import { malformedNotes, sampleItems } from './sample.ts'
import { arrivalsOf, estimateSteps } from './step-estimates.ts'
import { timesOf } from './times.ts'
import { totalOf } from './total-of.ts'

export interface DescribeOptions {
  /** How long an attempt of a step took on average, in milliseconds, by its name: of an earlier run of the job. */
  readonly meanMs?: Readonly<Record<string, number>>
  /** Names of steps that earlier runs have done as they are. */
  readonly stepsDone?: ReadonlySet<string>
  /** What all of it is to fit into. Default: the budget of the job. */
  readonly budget?: BudgetOptions | undefined
  readonly signal?: AbortSignal
}

/**
 * What a job would do, from its first 100 items: their prompts are rendered and counted, what depends on the results of steps is counted for
 * results as they usually are. The time is a bound from below by the rates of the lanes, and, with the durations of an earlier run,
 * an estimate of what their slots do.
 *
 * @throws Failure what reading the source throws
 */
export async function describePlan(plan: JobPlan, options: DescribeOptions = {}): Promise<PlanDescription> {
  const { source, limit } = plan
  const sample = await sampleItems(plan, options.signal)
  const size = sample.isWhole ? { items: sample.items.length, estimate: false } : source.size
  const count = size === undefined ? undefined : Math.min(size.items, limit ?? Number.POSITIVE_INFINITY)
  const { steps, notes, missing } = estimateSteps(plan.steps, arrivalsOf(sample.items, count ?? sample.items.length))
  const times = await timesOf(steps, plan, options.meanMs ?? {})
  const { lanes, leastMs } = times
  const items = count === undefined ? undefined : { count, isEstimate: size?.estimate === true }
  const total = totalOf(steps)
  const { budget } = 'budget' in options ? options : plan
  const hint = delimiterHint(source)
  const refusal = misspelling(missing, source.place, sample.items.length, options.stepsDone ?? new Set())
  return {
    name: plan.name,
    items,
    sampled: sample.items.length,
    steps: count === undefined ? steps.map((step) => ({ ...step, runs: undefined })) : steps,
    ...times,
    total,
    missing: missing.filter((one) => !one.isOfFilter || one.nearest !== undefined).map(({ message }) => message),
    notes: [
      ...(refusal === undefined ? missing.map(({ message }) => message) : [`it will not run: ${refusal.message}`]),
      ...malformedNotes(sample),
      ...(plan.refusal === undefined ? [] : [`it cannot run yet: ${plan.refusal.message}`]),
      ...budgetNotes({ items, steps, total, leastMs, critical: times.critical }, budget),
      ...(hint === undefined ? [] : [hint]),
      ...(source.isReadable
        ? []
        : [`${source.place} is not read beforehand: how many items there are shows when it runs`]),
      ...(count === undefined && source.isReadable
        ? [`tokens and cost are those of the first ${sample.items.length} items`]
        : []),
      ...notes,
      ...lanes.flatMap(({ note }) => note ?? []),
    ],
  }
}
