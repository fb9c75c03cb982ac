import { usableCores } from '../../../observe/usable-cores.ts'
import { delimiterHint } from '../delimiter-hint.ts'
import type { JobPlan } from '../plan.ts'
import { budgetNotes } from './budget-notes.ts'
import { laneBounds } from './lane-bounds.ts'
import type { DescribedStep, LaneBound, PlanDescription } from './plan-description.ts'
import { sampleItems } from './sample.ts'
import { estimateSteps } from './step-estimates.ts'

export interface DescribeOptions {
  /** How long an attempt of a step took on average, in milliseconds, by its name: of an earlier run of the job. */
  readonly meanMs?: Readonly<Record<string, number>>
  readonly signal?: AbortSignal
}

/**
 * What a job would do, from its first 100 items: their prompts are rendered and counted, what depends on the results of steps is counted for
 * results as they usually are. The time is a bound from below: what the rates of the lanes let pass, and, with the durations of an earlier run,
 * what their slots do.
 *
 * @throws Failure what reading the source throws
 */
export async function describePlan(plan: JobPlan, options: DescribeOptions = {}): Promise<PlanDescription> {
  const { source, limit } = plan
  const sample = await sampleItems(plan, options.signal)
  const size = sample.isWhole ? { items: sample.items.length, estimate: false } : source.size
  const count = size === undefined ? undefined : Math.min(size.items, limit ?? Number.POSITIVE_INFINITY)
  const { steps, notes, missing } = estimateSteps(plan.steps, sample.items, count ?? sample.items.length)
  const lanes = laneBounds(steps, plan.runtime.lanes ?? {}, options.meanMs ?? {}, await usableCores())
  const critical = lanes.reduce<LaneBound | undefined>(
    (most, one) => ((one.leastMs ?? 0) > (most?.leastMs ?? 0) ? one : most),
    undefined,
  )
  const sum = (of: (step: DescribedStep) => number): number => steps.reduce((total, step) => total + of(step), 0)
  const items = count === undefined ? undefined : { count, isEstimate: size?.estimate === true }
  const total = {
    inputTokens: sum(({ inputTokens }) => inputTokens),
    outputTokens: sum(({ outputTokens }) => outputTokens),
    costUsd: sum(({ costUsd }) => costUsd),
  }
  const leastMs = critical?.leastMs
  const hint = delimiterHint(source)
  return {
    name: plan.name,
    items,
    sampled: sample.items.length,
    steps: count === undefined ? steps.map((step) => ({ ...step, runs: undefined })) : steps,
    lanes,
    total,
    leastMs,
    critical,
    missing,
    notes: [
      ...missing,
      ...(plan.refusal === undefined ? [] : [`it cannot run yet: ${plan.refusal.message}`]),
      ...budgetNotes({ items, steps, total, leastMs }, plan.budget),
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
