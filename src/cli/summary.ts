import bytes from 'bytes'
import type { RunStatistics } from '../core/statistics.ts'
import { equation } from '../core/tally.ts'
import type { FailureList } from './failure-list.ts'

/** What is printed at the end of a run: the equation first, then where the time went, then what failed and why. */
export function summaryLines(statistics: RunStatistics, failures: FailureList): string[] {
  const { tally } = statistics
  const failed = failures.lines()
  return [
    equation(tally),
    ...(tally.in === 0 ? [] : timeLines(statistics)),
    ...blockingLines(statistics),
    ...(failed.length === 0 ? [] : [`${tally.failed + tally.skipped} without a result:`, ...failed]),
  ]
}

/** Only those that are certain: the others may be innocent. */
function blockingLines({ blocking }: RunStatistics): string[] {
  const certain = blocking.filter(({ exact }) => exact).slice(0, 3)
  return certain.map(({ name, id, ms }) => `${name} (${id}) kept the event loop busy for ${seconds(ms)}`)
}

function timeLines({
  wallMs,
  sumMs,
  speedUp,
  bound,
  queuedMs,
  retries,
  usage,
  loopDelay,
  lanes,
}: RunStatistics): string[] {
  const cpu = lanes.cpu
  return [
    `${seconds(wallMs)} for ${seconds(sumMs)} of work: a speed-up of about ${speedUp.toFixed(1)} (--sequential measures it)`,
    `at best ${seconds(bound.ms)} (${bound.by}; limits per host left aside): reached to ${percent(bound.reached)}`,
    [
      `${bytes.format(usage.bytes, { unitSeparator: ' ' })} read`,
      `${retries} ${retries === 1 ? 'retry' : 'retries'}`,
      `waited ${seconds(queuedMs.mean)} on average`,
      ...(cpu === undefined ? [] : [`${cpu.capacity} worker threads busy to ${percent(cpu.utilisation)}`]),
      `event loop p50 ${loopDelay.p50Ms.toFixed(1)} ms, p99 ${loopDelay.p99Ms.toFixed(1)} ms`,
    ].join(', '),
  ]
}

/** `350 ms`, `2.41 s`, `3 min 20 s` */
export function seconds(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 120_000) return `${(ms / 1_000).toFixed(2)} s`
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
