import type { JobPlan } from '../../batch/job/plan.ts'
import { exitCodes } from '../exit-codes.ts'
import { printable } from '../printable.ts'
import { writeOut } from '../write-out.ts'
import { type Overrides, parseRunOptions, type RunWords } from './run-options.ts'
import { planLines } from './view/plan-lines.ts'

/**
 * `weft run`: goes on with the unfinished run of this job, or begins one.
 *
 * @returns the exit code
 * @throws Failure `JOB_INVALID`, `INVALID_OPTION`, `FILE_UNREADABLE`, `OUTPUT_FAILED`, and those of the journal
 */
export async function runCommand(file: string, words: unknown): Promise<number> {
  const settings = parseRunOptions(words as RunWords)
  const plan = await planOf(file, settings.overrides)
  if (settings.isDryRun) {
    const { firstLook } = await import('../../batch/job/description/first-look.ts')
    const { pastOf, stepsDoneBefore } = await import('./past.ts')
    const { refusal } = await firstLook(plan, () => stepsDoneBefore(plan))
    if (refusal !== undefined) {
      await writeOut(process.stdout, printable(`it will not run: ${refusal.message}`))
      return exitCodes.someFailed
    }
    const { describePlan } = await import('../../batch/job/description/describe-plan.ts')
    const { left, notes, measuredIn, ...measured } = await pastOf(plan, settings.isFresh)
    // What is left is what has to fit into a budget.
    const description = await describePlan(plan, { ...measured, ...(left === undefined ? {} : { budget: undefined }) })
    await writeOut(process.stdout, planLines(description, left, notes, measuredIn).join('\n'))
    return description.missing.length > 0 ? exitCodes.someFailed : exitCodes.done
  }
  const { perform } = await import('./perform.ts')
  return await perform({ plan, origin: { file, overrides: settings.overrides }, settings })
}

/** @throws Failure `JOB_INVALID`, `INVALID_OPTION`, `FILE_UNREADABLE` */
export async function planOf(file: string, { ordered, ...overrides }: Overrides): Promise<JobPlan> {
  const { loadJob } = await import('../../batch/job/file/load-job.ts')
  const { planJob } = await import('../../batch/job/plan-job.ts')
  const { stdin, stdout } = process
  const plan = await planJob(await loadJob(file), { ...overrides, stdin, stdout })
  return ordered ? { ...plan, output: { ...plan.output, isOrdered: true } } : plan
}
