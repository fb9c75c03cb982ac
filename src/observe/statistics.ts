import type { LaneStatistics, LoopDelay, PathLink, RunStatistics, StageStatistics } from '../core/statistics.ts'
import type { Tally } from '../core/tally.ts'
import type { Figures } from './figures.ts'

/** All that is known of a run at one moment. */
export interface Account {
  /** Of its items. */
  readonly tally: Tally
  /** Of the items that it made on its way. */
  readonly derived: Tally
  /** Of its own tasks. */
  readonly own: Figures
  /** The same with those of its child runs. */
  readonly total: Figures
  readonly children: Figures
  readonly stages: readonly StageStatistics[]
  readonly criticalPath: readonly PathLink[]
  /** The longest chain of tasks that had to run one after another, in milliseconds. */
  readonly pathMs: number
  readonly wallMs: number
  /** Most tasks of the run itself at the same time. */
  readonly concurrency: number
  readonly abandoned: number
  readonly loopDelay: LoopDelay
  /** What a lane allows. */
  lane(name: string): { readonly capacity: number }
}

/** The figures of a run, and the time that no schedule could beat. */
export function runStatistics(account: Account): RunStatistics {
  const { own, total, children, wallMs } = account
  const lanes = laneStatistics(account)
  const bound = boundOf(account, lanes)
  return {
    tally: account.tally,
    derived: account.derived,
    wallMs,
    sumMs: total.sumMs,
    longestMs: total.longestMs,
    speedUp: wallMs > 0 ? total.sumMs / wallMs : 1,
    bound: { ...bound, reached: wallMs > 0 ? Math.min(1, bound.ms / wallMs) : 1 },
    criticalPath: account.criticalPath,
    queuedMs: meanAndMax(own),
    attempts: total.attempts,
    retries: total.retries,
    hedges: total.hedges,
    abandoned: account.abandoned,
    usage: total.usage,
    lanes,
    stages: account.stages,
    children: children.tally,
    loopDelay: account.loopDelay,
    blocking: total.blocking,
  }
}

export function stageStatistics(name: string, figures: Figures): StageStatistics {
  const { tally, sumMs, longestMs, attempts, usage } = figures
  return { name, tally, sumMs, longestMs, queuedMs: meanAndMax(figures), attempts, usage }
}

function laneStatistics({ total, children, concurrency, wallMs, lane }: Account): Record<string, LaneStatistics> {
  // Child runs are not limited by the concurrency of their parent.
  const most = children.settledCount > 0 ? Number.POSITIVE_INFINITY : concurrency
  const lanes: Record<string, LaneStatistics> = {}
  for (const [name, workMs] of total.workMs) {
    const capacity = Math.min(most, lane(name).capacity)
    lanes[name] = { workMs, capacity, utilisation: wallMs > 0 ? workMs / (wallMs * capacity) : 0 }
  }
  return lanes
}

function boundOf(
  { own, total, concurrency, pathMs }: Account,
  lanes: Readonly<Record<string, LaneStatistics>>,
): { ms: number; by: string } {
  const bounds = [
    { ms: total.longestMs, by: `the longest task, ${total.longest || 'none'}` },
    { ms: pathMs, by: 'the critical path' },
    { ms: own.sumMs / concurrency, by: `all work, ${concurrency} at a time` },
    ...Object.entries(lanes).map(([name, { workMs, capacity }]) => {
      return { ms: workMs / capacity, by: `the work on lane ${name}` }
    }),
  ]
  return bounds.reduce((most, bound) => (bound.ms > most.ms ? bound : most))
}

function meanAndMax({ settledCount, queuedMs, longestQueuedMs }: Figures): { mean: number; max: number } {
  return { mean: settledCount > 0 ? queuedMs / settledCount : 0, max: longestQueuedMs }
}
