import type { JobReport } from '../../../batch/durable/job-run.ts'
import { messageOf } from '../../../core/failure.ts'
import { equation, type Tally } from '../../../core/tally.ts'
import { printable } from '../../printable.ts'
import { seconds } from '../../summary.ts'
import { count, usageText } from './figures.ts'

/** How a job is gone on with, as the user types it: `weft run job.yaml`. */
export interface NextSteps {
  readonly goOn: string
  /** `weft retry companies-3` */
  readonly retry: string
}

/** What is printed at the end of a run: the equation in total and of each step, what was used, what failed and why, and what to do next. */
export function reportLines(report: JobReport, next: NextSteps): string[] {
  return [
    `${report.id} ${stateText(report)}`,
    equation(report.tally),
    ...stepLines(report),
    ...(report.derived.in === 0 ? [] : [`made on the way: ${equation(report.derived)}`]),
    ...figureLines(report),
    ...failureLines(report.failures, report.tally),
    ...interruptedLines(report),
    ...report.outputs.map((place) => `${report.state === 'finished' ? 'written' : 'so far in'}: ${place}`),
    ...(report.broken === undefined ? [] : [`it could not go on: ${messageOf(report.broken)}`]),
    ...nextLines(report, next),
  ].map(printable)
}

/** What went wrong, by cause. */
export function failureLines(failures: JobReport['failures'], tally: Tally): string[] {
  if (failures.length === 0) return []
  return [
    `${count(tally.failed + tally.skipped)} without a result:`,
    ...failures.flatMap(({ code, count: times, examples }) => [
      `  ${code}: ${count(times)}`,
      ...examples.map((example) => `    ${example}`),
      ...(times > examples.length && examples.length > 0 ? [`    … and ${count(times - examples.length)} more`] : []),
    ]),
  ]
}

function stateText({ state, tally }: JobReport): string {
  if (state === 'finished') return 'is finished'
  if (state === 'rolled-back') return 'was rolled back'
  return tally.cancelled > 0 ? `was stopped: ${count(tally.cancelled)} that were read are open` : 'was stopped'
}

function stepLines({ steps }: JobReport): string[] {
  const widest = Math.max(0, ...steps.map(({ name }) => name.length))
  return steps.map(({ name, tally, reused }) => {
    return `  ${name.padEnd(widest)}  ${equation(tally)}${reused > 0 ? `, ${count(reused)} reused` : ''}`
  })
}

function figureLines({ usage, statistics }: JobReport): string[] {
  const used = usageText(usage)
  const { wallMs, sumMs, bound } = statistics
  return [
    ...(used === undefined ? [] : [used]),
    // Where all was there already, no time was spent on which anything could be said.
    ...(sumMs === 0
      ? []
      : [`${seconds(wallMs)} for ${seconds(sumMs)} of work; no schedule beats ${seconds(bound.ms)} (${bound.by})`]),
  ]
}

function interruptedLines({ interrupted }: JobReport): string[] {
  const groups = Object.entries(Object.groupBy(interrupted, ({ step, became }) => `${step}: ${outcomeOf[became]}`))
  if (groups.length === 0) return []
  return [
    `${count(interrupted.length)} begun and without a result when the last process ended:`,
    ...groups.map(([what, works = []]) => `  ${what} (${listed(works.map(({ item }) => item))})`),
  ]
}

const outcomeOf = {
  rerun: 'run again',
  fail: 'failed with INTERRUPTED',
  ask: 'left open: whoever runs the job decides',
} as const

/** Items as users count them, from 1. */
function listed(items: readonly number[]): string {
  const shown = items.slice(0, 10).map((item) => count(item + 1))
  const more = items.length > shown.length ? `, and ${count(items.length - shown.length)} more` : ''
  return `${items.length === 1 ? 'item' : 'items'} ${shown.join(', ')}${more}`
}

function nextLines({ state, tally }: JobReport, { goOn, retry }: NextSteps): string[] {
  if (state === 'stopped' || state === 'running') return [`continue with: ${goOn}`]
  return state === 'finished' && tally.failed > 0 ? [`try what failed again with: ${retry}`] : []
}
