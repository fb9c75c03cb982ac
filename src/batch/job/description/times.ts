import { usableCores } from '../../../observe/usable-cores.ts'
import type { JobPlan } from '../plan.ts'
import { laneBounds } from './lane-bounds.ts'
import type { DescribedStep, PlanDescription } from './plan-description.ts'

type Times = Pick<PlanDescription, 'lanes' | 'leastMs' | 'critical'>

/**
 * The lane that takes longest, one item's steps one after another, or all work by as much as the job does at a time. By rates alone it is what no
 * schedule can beat; means of what was measured, of few items and on a cold machine say, are estimates.
 *
 * @param meanMs how long an attempt of a step takes, by its name, as far as that was measured
 */
export async function timesOf(
  steps: readonly DescribedStep[],
  { runtime, concurrency }: Pick<JobPlan, 'runtime' | 'concurrency'>,
  meanMs: Readonly<Record<string, number>>,
): Promise<Times> {
  const lanes = laneBounds(steps, runtime.lanes ?? {}, meanMs, await usableCores())
  const measured = steps.flatMap(({ name, runs = 0 }) =>
    runs > 0 && Object.hasOwn(meanMs, name) ? [{ ms: meanMs[name]!, runs }] : [],
  )
  const chainMs = measured.reduce((sum, { ms }) => sum + ms, 0)
  const workMs = measured.reduce((sum, { ms, runs }) => sum + ms * runs, 0)
  const bounds = [
    ...lanes.slice(0, 1).map((lane) => ({ ms: lane.leastMs ?? 0, critical: lane })),
    { ms: chainMs, critical: { lane: 'one item', by: 'its steps one after another', isMeasured: true } as const },
    {
      ms: concurrency === undefined ? 0 : workMs / concurrency,
      critical: { lane: 'all work', by: `${concurrency} at a time`, isMeasured: true } as const,
    },
  ]
  const { ms, critical } = bounds.reduce((worst, one) => (one.ms > worst.ms ? one : worst))
  return ms === 0 ? { lanes, leastMs: undefined, critical: undefined } : { lanes, leastMs: ms, critical }
}
