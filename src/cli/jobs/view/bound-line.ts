import type { PlanDescription } from '../../../batch/job/description/plan-description.ts'
import { computed } from './figures.ts'

/**
 * How long it takes at least: a bound by rates, in the words of `weft bench`; an estimate by what was measured, which a warm run may beat.
 *
 * @param what of which it is the time: ` for what is left`
 * @param measuredIn where the durations are from: `orders-1 (5 tasks)`
 * @returns undefined where nothing that is known limits it
 */
export function boundLine(
  { leastMs, critical }: Pick<PlanDescription, 'leastMs' | 'critical'>,
  what: string,
  measuredIn: string,
): string | undefined {
  if (leastMs === undefined || critical === undefined) return undefined
  const { lane, by = 'its slots', isMeasured = false } = critical
  const time = `${computed(leastMs)}${what}`
  return isMeasured
    ? `about ${time} (${lane}: ${by}), by the durations measured in ${measuredIn}`
    : `no schedule can beat ${time} (${lane}: ${by})`
}
