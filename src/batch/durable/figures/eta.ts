import type { WorkingStep } from '../item/advance.ts'
import type { Shape } from '../item/shape.ts'
import type { JobLane, JobProgress } from '../job-run.ts'
import type { Book } from './book.ts'
import type { Pace } from './pace.ts'

interface Load {
  /** Time that attempts will take, in milliseconds. */
  workMs: number
  requests: number
  tokens: number
}

/**
 * How long it takes still, by the lane that takes longest: what it has to do by what it may do at the same time, or by its rates. A step that
 * the slots of its lane do not bound (it waits for a worker, for its host, or has fewer places of its own) takes as long as its pace says. Undefined as
 * long as nobody knows how many items there are, or how long a step that has work takes, which of one that is sent in
 * batches nobody ever does.
 */
export function etaOf(
  shape: Shape,
  { steps, live }: Book,
  unread: number | undefined,
  lanes: readonly JobLane[],
  pace: Pick<Pace, 'of'>,
): JobProgress['eta'] {
  if (unread === undefined) return undefined
  const loads = new Map<string, Load>()
  const bounds: NonNullable<JobProgress['eta']>[] = []
  let coming = unread
  for (const [at, step] of shape.steps.entries()) {
    const { arrived, ended, runMs, tokens } = steps[at]!
    const { done, failed, skipped } = live.steps[at]!
    const left = coming + arrived - done - failed - skipped
    // Of what is to come, as many get through as so far.
    coming = step.kind === 'collect' ? 1 : left * shareOf(done, done + failed + skipped)
    if (step.kind === 'filter' || step.kind === 'collect' || step.kind === 'select' || left === 0) continue
    if (ended === 0 || lanes.some(({ name, state }) => name === step.lane && state.mode === 'batch')) return undefined
    const perMs = isBoundElsewhere(step) ? pace.of(at) : undefined
    if (perMs !== undefined) bounds.push({ ms: left / perMs, by: step.worksOn ?? step.lane })
    const load = loads.get(step.lane) ?? { workMs: 0, requests: 0, tokens: 0 }
    loads.set(step.lane, load)
    load.workMs += (left * runMs) / ended
    load.requests += left
    load.tokens += (left * tokens) / ended
  }
  for (const [lane, load] of loads) bounds.push(...boundsOf(lane, load, lanes))
  const longest = bounds.reduce<JobProgress['eta']>((most, one) => (one.ms > (most?.ms ?? -1) ? one : most), undefined)
  return longest ?? (unread === 0 ? { ms: 0, by: 'nothing' } : undefined)
}

function isBoundElsewhere({ worksOn, laneKey, concurrency }: WorkingStep): boolean {
  return worksOn !== undefined || laneKey !== undefined || concurrency !== undefined
}

function boundsOf(
  lane: string,
  { workMs, requests, tokens }: Load,
  lanes: readonly JobLane[],
): NonNullable<JobProgress['eta']>[] {
  const state = lanes.find(({ name }) => name === lane)?.state
  if (state === undefined) return []
  const bounds = [
    { ms: workMs / Math.max(1, Math.min(state.concurrency, requests)) + (state.resumesInMs ?? 0), by: lane },
  ]
  const rates = [
    { rate: state.rates.requests, amount: requests, name: 'requests' },
    { rate: state.rates.inputTokens, amount: tokens, name: 'tokens' },
  ]
  for (const { rate, amount, name } of rates) {
    if (rate === undefined) continue
    const missing = Math.max(0, amount - Math.max(0, rate.level))
    bounds.push({ ms: (missing / rate.perMinute) * 60_000, by: `${lane}: ${name} per minute` })
  }
  return bounds
}

function shareOf(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole
}
