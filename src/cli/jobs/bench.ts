import type { JobReport } from '../../batch/durable/job-run.ts'
import { openJobRun } from '../../batch/durable/open-job-run.ts'
import { firstLook } from '../../batch/job/description/first-look.ts'
import type { JobPlan } from '../../batch/job/plan.ts'
import { hasEffects } from '../../batch/steps/step.ts'
import { Failure } from '../../core/failure.ts'
import { equation } from '../../core/tally.ts'
import { columns } from '../columns.ts'
import { exitCodes } from '../exit-codes.ts'
import { onInterrupt } from '../interrupt.ts'
import { seconds } from '../summary.ts'
import { parseCount } from '../units.ts'
import { writeOut } from '../write-out.ts'
import { planOf } from './run.ts'
import { dollars, rate } from './view/figures.ts'

interface BenchWords {
  readonly input?: string
  readonly limit: string
  readonly yes?: boolean
  readonly json?: boolean
}

/**
 * `weft bench`: the same items one after another and in parallel, with nothing recorded and nothing written.
 *
 * @returns the exit code
 * @throws Failure `INVALID_OPTION` where it is expected to cost money, or does effects, and nobody said yes; what `weft run` throws
 */
export async function benchCommand(file: string, words: unknown): Promise<number> {
  const { input, limit, yes = false, json = false } = words as BenchWords
  const overrides = { limit: parseCount(limit, '--limit', 1), ...(input === undefined ? {} : { input }) }
  const plan = await planOf(file, overrides)
  if (plan.refusal !== undefined) throw plan.refusal
  confirmEffects(plan, yes)
  const { refusal } = await firstLook(plan)
  if (refusal !== undefined) throw refusal
  await confirmCost(plan, yes)
  // A plan's source and sinks serve one run.
  const parallel = await measured(await planOf(file, overrides), false)
  if (parallel.state !== 'finished') return stopped(parallel)
  const sequential = await measured(await planOf(file, overrides), true)
  if (sequential.state !== 'finished') return stopped(sequential)
  await writeOut(process.stdout, json ? benchJson(parallel, sequential) : benchLines(parallel, sequential).join('\n'))
  return exitCodes.done
}

/** What was measured, beside what is possible at most. */
export function benchLines(parallel: JobReport, sequential: JobReport): string[] {
  const both = [sequential, parallel]
  const wall = both.map(({ statistics }) => statistics.wallMs)
  const { bound } = parallel.statistics
  return [
    ...columns([
      ['', 'one after another', 'in parallel'],
      ['wall time', ...wall.map(seconds)],
      ['items a second', ...both.map(({ tally, statistics }) => rate((tally.in / statistics.wallMs) * 1_000))],
      ['no schedule can beat', '', `${seconds(bound.ms)} (${bound.by})`],
      ['attempts', ...both.map(({ statistics }) => String(statistics.attempts))],
      ['cost', ...both.map(({ usage }) => dollars(usage.costUsd))],
      ['event loop delay, p99', ...both.map(({ statistics }) => `${statistics.loopDelay.p99Ms.toFixed(1)} ms`)],
    ]),
    `measured speed-up: ${times(wall[0]! / wall[1]!)}; at most ${times(wall[0]! / bound.ms)} is possible`,
    equation(parallel.tally),
  ]
}

function times(ratio: number): string {
  return `${ratio.toFixed(1)} times`
}

function benchJson(parallel: JobReport, sequential: JobReport): string {
  const figures = ({ tally, usage, statistics: { wallMs, bound, attempts, loopDelay } }: JobReport): object => {
    return { wallMs, boundMs: bound.ms, boundBy: bound.by, attempts, tally, usage, loopDelay }
  }
  return JSON.stringify({ sequential: figures(sequential), parallel: figures(parallel) }, undefined, 2)
}

/** Nothing is taken from runs before, nor kept for one after: what was sent is sent again, and twice. */
function confirmEffects({ steps }: JobPlan, isAgreed: boolean): void {
  const names = steps.filter(hasEffects).map(({ name }) => name)
  if (names.length === 0) return
  const what = `the bench does the effects of ${names.join(' and ')} twice for each item, whatever was done before`
  if (!isAgreed)
    throw new Failure('INVALID_OPTION', `${what}: say --yes if that may happen, or measure a job without that step`)
  process.stderr.write(`${what}\n`)
}

async function confirmCost(plan: JobPlan, isAgreed: boolean): Promise<void> {
  const { describePlan } = await import('../../batch/job/description/describe-plan.ts')
  const { costUsd } = (await describePlan(plan)).total
  if (costUsd === 0) return
  const sum = dollars(costUsd * 2)
  if (!isAgreed)
    throw new Failure('INVALID_OPTION', `the bench is expected to cost ${sum}: say --yes, or a smaller --limit`)
  process.stderr.write(`this is expected to cost ${sum}\n`)
}

async function measured(plan: JobPlan, sequential: boolean): Promise<JobReport> {
  process.stderr.write(`${sequential ? 'one after another' : 'in parallel'} …\n`)
  await using run = await openJobRun(plan, { journal: 'memory', withoutOutput: true, sequential })
  using _ = onInterrupt(
    () => run.drain('interrupted'),
    () => run.cancel('interrupted'),
  )
  return await run.ended
}

function stopped({ broken, tally }: JobReport): number {
  if (broken !== undefined) throw broken
  process.stderr.write(`stopped: ${equation(tally)}\n`)
  return exitCodes.interrupted
}
