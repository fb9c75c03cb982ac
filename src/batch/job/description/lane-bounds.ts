import { type LaneLimits, maxAutoConcurrency } from '../../../schedule/limits.ts'
import type { DescribedStep, LaneBound } from './plan-description.ts'

/** The usual share of a rate that a lane uses: see `LaneLimits.headroom`. */
const usualHeadroom = 0.8

/** The least time of each lane that steps use, each by itself: they work at the same time. Slowest first. */
export function laneBounds(
  steps: readonly DescribedStep[],
  limits: Readonly<Record<string, LaneLimits>>,
  meanMs: Readonly<Record<string, number>>,
  cores: number,
): LaneBound[] {
  const names = new Set(steps.flatMap(({ lane, worksOn }) => [lane, worksOn].filter((name) => name !== undefined)))
  const bounds = [...names].map((lane) => {
    const said: LaneLimits = lane !== 'cpu' && Object.hasOwn(limits, lane) ? limits[lane]! : {}
    const limit = { maxConcurrency: lane === 'cpu' || lane === 'local' ? cores : maxAutoConcurrency, ...said }
    const used = steps.filter((step) => step.lane === lane || step.worksOn === lane)
    return boundOf(lane, used, limit, meanMs)
  })
  return bounds.filter(({ runs }) => runs !== 0).sort((one, other) => (other.leastMs ?? 0) - (one.leastMs ?? 0))
}

function boundOf(
  lane: string,
  steps: readonly DescribedStep[],
  limits: LaneLimits,
  meanMs: Readonly<Record<string, number>>,
): LaneBound {
  // What only waits for a worker asks nothing of a provider.
  const own = steps.filter((step) => step.lane === lane)
  const sum = (of: (step: DescribedStep) => number): number => own.reduce((total, step) => total + of(step), 0)
  const runs = steps.reduce((total, step) => total + (step.runs ?? 0), 0)
  if (limits.mode === 'batch') {
    const note = `${lane} sends in batches, which the provider answers within a day: no time can be said`
    return { lane, runs, leastMs: undefined, by: undefined, note }
  }
  const share = limits.headroom ?? usualHeadroom
  const slots = typeof limits.concurrency === 'number' ? limits.concurrency : limits.maxConcurrency
  const busy = steps.flatMap((step) => {
    const { name, busyOn, runs: times = 0, concurrency } = step
    if (busyOn !== lane || !Object.hasOwn(meanMs, name)) return []
    return [{ name, ms: times * meanMs[name]!, concurrency }]
  })
  const busyMs = busy.reduce((total, { ms }) => total + ms, 0)
  const widths = busy.flatMap(({ name, ms, concurrency }): Bound[] =>
    concurrency === undefined
      ? []
      : [{ ms: ms / concurrency, by: `concurrency ${concurrency} of ${name}`, isMeasured: true }],
  )
  const rates = [
    byRate(runs, limits.requestsPerMinute, share, 'requests/min'),
    byRate(
      sum(({ inputTokens }) => inputTokens),
      limits.inputTokensPerMinute,
      share,
      'input tokens/min',
    ),
    byRate(
      sum(({ outputTokens }) => outputTokens),
      limits.outputTokensPerMinute,
      share,
      'output tokens/min',
    ),
  ]
  const work: Bound[] =
    slots === undefined || busyMs === 0
      ? widths
      : [{ ms: busyMs / slots, by: `${slots} slots`, isMeasured: true }, ...widths]
  const [most, other] = [longest(rates), longest(work)].sort((one, two) => (two?.ms ?? 0) - (one?.ms ?? 0))
  const isProvider = steps.some(({ model, costUsd }) => model !== undefined && costUsd > 0)
  const hasRates =
    (limits.requestsPerMinute ?? limits.inputTokensPerMinute ?? limits.outputTokensPerMinute) !== undefined
  const note =
    isProvider && !hasRates
      ? `lanes.${lane} says no rates: how fast the provider lets it go shows when it runs`
      : undefined
  return {
    lane,
    runs,
    leastMs: most?.ms,
    by: most?.by,
    ...(most?.isMeasured ? { isMeasured: true } : {}),
    ...(other === undefined ? {} : { other: otherOf(other) }),
    ...(note === undefined ? {} : { note }),
  }
}

function otherOf({ ms, by, isMeasured }: Bound): NonNullable<LaneBound['other']> {
  return { leastMs: ms, by, ...(isMeasured ? { isMeasured } : {}) }
}

function longest(bounds: readonly (Bound | undefined)[]): Bound | undefined {
  return bounds.reduce((worst, one) => ((one?.ms ?? 0) > (worst?.ms ?? 0) ? one : worst), undefined)
}

interface Bound {
  readonly ms: number
  readonly by: string
  readonly isMeasured?: true
}

/** What a full bucket lets pass at once is left out: it is seconds' worth. */
function byRate(amount: number, perMinute: number | undefined, share: number, unit: string): Bound | undefined {
  if (perMinute === undefined) return undefined
  return { ms: (amount / (perMinute * share)) * 60_000, by: `${perMinute} ${unit}` }
}
