import type { JobProgress, StepProgress } from '../../../batch/durable/job-run.ts'
import { columns } from '../../columns.ts'
import { printable } from '../../printable.ts'
import { budgetText, count, duration, rate, usageText } from './figures.ts'
import { fitted, widthOf } from './fitted.ts'
import { busyLanes, laneText } from './lane-text.ts'

/** Below it, only what is most needed is shown. */
const narrowWidth = 60

/** How a job goes, as lines of at most `width` columns for a terminal that is drawn again and again. */
export function progressLines(progress: JobProgress, width: number): string[] {
  const lines = width < narrowWidth ? narrowLines(progress) : wideLines(progress)
  return lines.map((line) => fitted(printable(line), width))
}

/** The same as one line for a log, of any width. */
export function logLine(progress: JobProgress): string {
  const steps = progress.steps.map(({ name, done, failed, running }) => {
    return `${name} ${count(done)}${failed > 0 ? ` (${count(failed)} failed)` : ''}${running > 0 ? ` +${count(running)}` : ''}`
  })
  return printable([itemsText(progress), ...steps, ...paceTexts(progress), ...laneTexts(progress)].join('; '))
}

function wideLines(progress: JobProgress): string[] {
  const pace = [...paceTexts(progress), `event loop p99 ${progress.loopDelayMs.toFixed(1)} ms`]
  const lanes = laneTexts(progress)
  return [
    itemsText(progress),
    ...stepTable(progress.steps, allColumns),
    pace.join(', '),
    ...(lanes.length === 0 ? [] : [lanes.join('; ')]),
  ]
}

function narrowLines(progress: JobProgress): string[] {
  const { done, failed } = progress
  const of = progress.total === undefined ? '' : ` of ${approximately(progress.total)}`
  return [
    `${count(done)} done, ${count(failed)} failed${of}`,
    ...stepTable(progress.steps, allColumns.slice(0, 3)),
    ...paceTexts(progress),
    ...busyLanes(progress.lanes).map(laneText),
  ]
}

function itemsText({ done, failed, skipped, cancelled, running, waiting, reused, total }: JobProgress): string {
  const ended = done + failed + skipped + cancelled
  const parts = [
    `${count(done)} done`,
    `${count(failed)} failed`,
    ...(skipped > 0 ? [`${count(skipped)} skipped`] : []),
    ...(cancelled > 0 ? [`${count(cancelled)} cancelled`] : []),
    `${count(running)} running`,
    `${count(waiting)} waiting`,
    ...(reused > 0 ? [`${count(reused)} reused`] : []),
  ]
  return `${count(ended)}${total === undefined ? '' : ` of ${approximately(total)}`} items: ${parts.join(', ')}`
}

function approximately({ items, estimate }: { readonly items: number; readonly estimate: boolean }): string {
  return `${estimate ? 'about ' : ''}${count(items)}`
}

type Column = Exclude<keyof StepProgress, 'name' | 'lane'>

/** The most needed first. */
const allColumns: readonly Column[] = ['done', 'failed', 'running', 'waiting', 'skipped', 'reused']

function stepTable(steps: readonly StepProgress[], shown: readonly Column[]): string[] {
  if (steps.length === 0) return []
  // A column of nothing says nothing; these two are nothing in most jobs.
  const used = shown.filter(
    (column) => !['skipped', 'reused'].includes(column) || steps.some((step) => step[column] > 0),
  )
  const widest = Math.max(...steps.map(({ name }) => widthOf(printable(name))))
  const named = (name: string): string => printable(name) + ' '.repeat(widest - widthOf(printable(name)))
  const rows = steps.map((step) => [`  ${named(step.name)}`, ...used.map((column) => count(step[column]))])
  return columns(
    [[' '.repeat(widest + 2), ...used], ...rows],
    used.map((_, at) => at + 1),
  )
}

function paceTexts({ perSecond, eta, usage, budgetLeft }: JobProgress): string[] {
  const used = usageText(usage)
  const left = budgetLeft && budgetText(budgetLeft)
  return [
    ...(perSecond > 0 ? [rate(perSecond)] : []),
    ...(eta === undefined ? [] : [etaText(eta)]),
    ...(used === undefined ? [] : [used]),
    ...(left === undefined ? [] : [left]),
  ]
}

function laneTexts({ lanes }: JobProgress): string[] {
  return busyLanes(lanes).map(laneText)
}

function etaText({ ms, by }: NonNullable<JobProgress['eta']>): string {
  return ms < 1_000 ? 'nearly done' : `about ${duration(ms)} left (${by})`
}
