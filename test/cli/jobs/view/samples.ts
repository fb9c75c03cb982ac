import type { JobLane, JobProgress, StepProgress } from '../../../../src/batch/durable/job-run.ts'
import type { ExplainedReport } from '../../../../src/cli/jobs/view/report-lines.ts'
import type { LaneState } from '../../../../src/core/lane-state.ts'
import type { RunStatistics } from '../../../../src/core/statistics.ts'
import { noTally } from '../../../../src/core/tally.ts'
import { noUsage } from '../../../../src/core/usage.ts'

export function step(name: string, some: Partial<StepProgress> = {}): StepProgress {
  return { name, lane: 'io', done: 0, failed: 0, skipped: 0, running: 0, waiting: 0, reused: 0, ...some }
}

export function lane(
  name: string,
  some: Partial<Omit<JobLane, 'state'>> = {},
  state: Partial<LaneState> = {},
): JobLane {
  return {
    name,
    running: 0,
    waiting: 0,
    ...some,
    state: { phase: 'steady', concurrency: 50, ceiling: 50, rates: {}, ...state },
  }
}

export function progress(some: Partial<JobProgress> = {}): JobProgress {
  return {
    done: 0,
    failed: 0,
    skipped: 0,
    cancelled: 0,
    running: 0,
    waiting: 0,
    total: undefined,
    steps: [],
    reused: 0,
    usage: noUsage,
    perSecond: 0,
    eta: undefined,
    budgetLeft: undefined,
    lanes: [],
    loopDelayMs: 1.25,
    ...some,
  }
}

/** In the middle of a long job, with everything that there may be to say. */
export const busy: JobProgress = progress({
  done: 1_200,
  failed: 38,
  skipped: 2,
  running: 64,
  waiting: 512,
  reused: 400,
  total: { items: 20_000, estimate: true },
  steps: [
    step('read', { done: 1_302, failed: 38, running: 52, waiting: 512 }),
    step('summarise', { done: 1_202, skipped: 2, running: 12, reused: 400 }),
  ],
  usage: { ...noUsage, inputTokens: 1_204_332, outputTokens: 20_100, costUsd: 0.84 },
  perSecond: 41.23,
  eta: { ms: 455_000, by: 'anthropic: requests per minute' },
  budgetLeft: { costUsd: 1.16 },
  lanes: [
    lane('anthropic', { running: 12 }, { phase: 'cooling', resumesInMs: 8_000 }),
    lane('io', { running: 52, waiting: 512 }, { concurrency: 1_024 }),
    lane('local'),
  ],
})

const statistics: RunStatistics = {
  tally: noTally,
  derived: noTally,
  wallMs: 12_300,
  sumMs: 246_000,
  longestMs: 4_000,
  speedUp: 20,
  bound: { ms: 9_000, by: 'work on lane io / its capacity', reached: 0.73 },
  criticalPath: [],
  queuedMs: { mean: 0, max: 0 },
  attempts: 40,
  retries: 2,
  hedges: 0,
  abandoned: 0,
  usage: noUsage,
  lanes: {},
  stages: [],
  children: noTally,
  loopDelay: { p50Ms: 1, p99Ms: 1.5, maxMs: 3 },
  blocking: [],
}

export function report(some: Partial<ExplainedReport> = {}, figures: Partial<RunStatistics> = {}): ExplainedReport {
  return {
    id: 'companies-3',
    state: 'finished',
    tally: { in: 20, done: 20, failed: 0, skipped: 0, cancelled: 0 },
    steps: [],
    derived: noTally,
    usage: noUsage,
    statistics: { ...statistics, ...figures },
    interrupted: [],
    outputs: [],
    replaced: [],
    kept: [],
    failures: [],
    broken: undefined,
    ...some,
  }
}
