import type { LaneMode } from '../../core/resource.ts'
import type { TaskOptions } from '../../core/run.ts'
import type { LaneTask } from '../../core/task.ts'
import { addUsage, checkedUsage, noUsage, type Usage } from '../../core/usage.ts'

/** The option `estimate` as a function that is checked. */
export function estimator<I>(estimate: TaskOptions<I>['estimate']): ((input: I) => Usage) | undefined {
  if (estimate === undefined) return undefined
  if (typeof estimate === 'function')
    return (input) => addUsage(noUsage, checkedUsage(estimate(input), 'INVALID_OPTION', 'estimate'))
  const always = addUsage(noUsage, estimate)
  return () => always
}

/** What a task of a provider expects, as its lane asks it: a batch costs less. */
export function estimateIn<I>(
  { limits }: { readonly limits: { readonly mode?: LaneMode } },
  estimate: LaneEstimate<I>,
): TaskOptions<I>['estimate'] {
  if (typeof estimate !== 'function') return estimate
  return (input) => estimate(input, limits.mode ?? 'direct')
}

type LaneEstimate<I> = NonNullable<LaneTask<I, unknown>['defaults']>['estimate']
