import type { JobReport } from '../../../batch/durable/job-run.ts'
import { Failure, messageOf } from '../../../core/failure.ts'
import { equation } from '../../../core/tally.ts'
import { printable } from '../../printable.ts'
import { seconds } from '../../summary.ts'
import { size } from '../../units.ts'
import type { ExplainedFailure, RunEnds } from '../run-ends.ts'
import { count, usageText } from './figures.ts'

/** How a run is gone on with, as the user types it: `weft resume companies-3`. */
export interface NextSteps {
  readonly goOn: string
  /** `weft retry companies-3` */
  readonly retry: string
  /** A new run of the same: `weft run job.yaml --limit 5` */
  readonly again: string
}

/** With the run whose records it held, where the journal has them. */
export type ExplainedFile = JobReport['replaced'][number] & { readonly run?: string }

/** What came of a run, with what only its journal knows. */
export interface ExplainedReport extends JobReport {
  readonly failures: readonly ExplainedFailure[]
  readonly replaced: readonly ExplainedFile[]
  /** What may be done again. */
  readonly left?: Pick<RunEnds, 'failed' | 'dead' | 'heldUp'> & Partial<Pick<RunEnds, 'inTheDark' | 'malformed'>>
}

/** Why a run ended before its time, in one line; undefined: it did not, or its reader has gone. */
export function stopLine(report: JobReport, { goOn }: NextSteps): string | undefined {
  const { id, state, broken, interrupted, tally } = report
  if (state === 'finished' || state === 'rolled-back') return undefined
  if (Failure.is(broken) && broken.code === 'OUTPUT_CLOSED') return undefined
  const asked = interrupted.filter(({ became }) => became === 'ask')
  const why =
    broken !== undefined
      ? messageOf(broken)
      : asked.length > 0
        ? undecidedText(asked)
        : `${count(tally.cancelled)} that were read are open`
  return printable(`${id} was stopped: ${why}; continue with: ${goOn}`)
}

function undecidedText(works: JobReport['interrupted']): string {
  const groups = Object.entries(Object.groupBy(works, ({ step }) => step))
  const what = groups.map(([step, of = []]) => `${step} of ${listed(of.map(({ id }) => id))}`).join(', ')
  return `${what} begun when the last process ended, without a result: whether it took effect is unknown. Look, then decide: ${howToDecide}`
}

/** What is printed at the end of a run: the equation in total and of each step, what was used, what failed and why, and what to do next. */
export function reportLines(report: ExplainedReport, next: NextSteps): string[] {
  return [
    `${report.id} ${stateText(report)}`,
    equation(report.tally),
    ...stepLines(report),
    ...(report.derived.in === 0 ? [] : [`made on the way: ${equation(report.derived)}`]),
    ...figureLines(report),
    ...failureLines(report.failures),
    ...interruptedLines(report),
    ...report.outputs.map((place) => `${report.state === 'finished' ? 'written' : 'so far in'}: ${place}`),
    ...report.replaced.map(replacedLine),
    ...report.kept.map((place) => `left as it was, as nothing came in: ${place}`),
    ...(report.broken === undefined ? [] : [`it could not go on: ${messageOf(report.broken)}`]),
    ...nextLines(report, next),
  ].map(printable)
}

function replacedLine({ place, bytes, run }: ExplainedFile): string {
  const back = run === undefined ? '' : `; weft export ${run} writes its records again`
  return `replaced: ${place} (${size(bytes)} before)${back}`
}

/** What went wrong, by cause; what a filter left out, as the job wants it, apart. Made on the way or read: all are counted. */
export function failureLines(failures: readonly ExplainedFailure[]): string[] {
  const wrong = failures.filter(({ code }) => code !== 'FILTERED')
  const filtered = failures.filter(({ code }) => code === 'FILTERED')
  const all = wrong.reduce((sum, { count: times }) => sum + times, 0)
  return [
    ...filtered.map((one) => `${count(one.count)} left out, as the steps of the job say${sample(one)}`),
    ...(all === 0 ? [] : [`${count(all)} without a result:`]),
    ...wrong.flatMap((one) => [
      `  ${one.code}: ${count(one.count)}${sample(one)}`,
      ...one.examples.map((example) => `    ${example}`),
      ...(one.count > one.examples.length && one.examples.length > 0
        ? [`    … and ${count(one.count - one.examples.length)} more`]
        : []),
    ]),
  ]
}

const maxSample = 300

/** One message says what a code cannot. */
function sample({ message, count: times }: ExplainedFailure): string {
  if (message === undefined) return ''
  return `, ${times === 1 ? '' : 'such as '}"${message.length > maxSample ? `${message.slice(0, maxSample)}…` : message}"`
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
    `${count(interrupted.length)} begun and without a result when the process, or the thread, ended:`,
    ...groups.map(([what, works = []]) => `  ${what} (${listed(works.map(({ id }) => id))})`),
  ]
}

/** A change of `onInterrupted` does not make another step of it: the run goes on. */
const howToDecide =
  'go on with it on a terminal, which asks, or give the step onInterrupted: rerun (do it again) or fail (give it up) in the job file'

const outcomeOf = {
  rerun: 'run again',
  fail: 'failed with INTERRUPTED',
  ask: `left open, as nobody knows whether it took effect: look, then ${howToDecide}`,
} as const

function listed(ids: readonly string[]): string {
  const shown = ids.slice(0, 10)
  const more = ids.length > shown.length ? `, and ${count(ids.length - shown.length)} more` : ''
  return `${ids.length === 1 ? 'item' : 'items'} ${shown.join(', ')}${more}`
}

function nextLines({ state, left }: ExplainedReport, next: NextSteps): string[] {
  if (state === 'stopped' || state === 'running') return [`continue with: ${next.goOn}`]
  return state === 'finished' ? retryLines(left, next) : []
}

/** How what gave nothing is done again, all of it by one command. */
export function retryLines(left: ExplainedReport['left'], { retry, again }: Omit<NextSteps, 'goOn'>): string[] {
  const { failed = 0, dead: allDead = 0, heldUp = 0, inTheDark = 0, malformed = 0 } = left ?? {}
  const dead = allDead - malformed
  return [
    ...(malformed === 0 ? [] : [mendText(malformed, again)]),
    ...retryOf({ failed, dead, heldUp, inTheDark }, retry),
  ]
}

/** What was read is recorded as it was: only a new run reads the line anew, and takes all the others as they are. */
export function mendText(malformed: number, again: string): string {
  const lines = malformed === 1 ? '1 line' : `${count(malformed)} lines`
  return `mend the ${lines} of the input that could not be taken, then: ${again}`
}

function retryOf(
  { failed, dead, heldUp, inTheDark }: Pick<RunEnds, 'failed' | 'dead' | 'heldUp' | 'inTheDark'>,
  retry: string,
): string[] {
  if (failed + dead + heldUp === 0) return []
  if (dead + heldUp === 0) return [`try what failed again with: ${retry}`]
  const which = [failed > 0 ? ' --failed' : '', dead > 0 ? ' --dead' : '', heldUp > 0 ? ' --skipped' : '']
  return [
    ...(inTheDark === 0 ? [] : [`${count(inTheDark)} dead may have taken effect: look before --dead does them again`]),
    `after mending the cause, try again with: ${retry}${which.join('')}`,
  ]
}
