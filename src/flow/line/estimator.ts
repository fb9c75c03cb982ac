import type { TaskOptions } from '../../core/run.ts'
import { addUsage, checkedUsage, noUsage, type Usage } from '../../core/usage.ts'

/** The option `estimate` as a function that is checked. */
export function estimator<I>(estimate: TaskOptions<I>['estimate']): ((input: I) => Usage) | undefined {
  if (estimate === undefined) return undefined
  if (typeof estimate === 'function')
    return (input) => addUsage(noUsage, checkedUsage(estimate(input), 'INVALID_OPTION', 'estimate'))
  const always = addUsage(noUsage, estimate)
  return () => always
}
