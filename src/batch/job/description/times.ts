import { usableCores } from '../../../observe/usable-cores.ts'
import type { JobPlan } from '../plan.ts'
import { laneBounds } from './lane-bounds.ts'
import type { DescribedStep, PlanDescription } from './plan-description.ts'

type Times = Pick<PlanDescription, 'lanes' | 'leastMs' | 'critical'>

/**
 * The lane that takes longest, or one item's steps one after another. By rates alone it is what no schedule can beat; means of what was measured,
 * of few items and on a cold machine say, are estimates.
 *
 * @param meanMs how long an attempt of a step takes, by its name, as far as that was measured
 */
export async function timesOf(
  steps: readonly DescribedStep[],
  { runtime }: Pick<JobPlan, 'runtime'>,
  meanMs: Readonly<Record<string, number>>,
): Promise<Times> {
  const lanes = laneBounds(steps, runtime.lanes ?? {}, meanMs, await usableCores())
  const [slowest] = lanes
  const chainMs = steps.reduce(
    (sum, { name, runs }) => sum + (runs && Object.hasOwn(meanMs, name) ? meanMs[name]! : 0),
    0,
  )
  const leastMs = Math.max(chainMs, slowest?.leastMs ?? 0)
  if (leastMs === 0) return { lanes, leastMs: undefined, critical: undefined }
  const isChain = leastMs > (slowest?.leastMs ?? 0)
  return {
    lanes,
    leastMs,
    critical: isChain ? { lane: 'one item', by: 'its steps one after another', isMeasured: true } : slowest,
  }
}
