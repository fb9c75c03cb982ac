import { type RollBack, rollBack } from '../../batch/durable/roll-back/roll-back.ts'
import { openJournal } from '../../journal/open-journal.ts'
import { exitCodes } from '../exit-codes.ts'
import { onInterrupt } from '../interrupt.ts'
import { originOf } from './origin.ts'
import { findRun } from './place.ts'
import { planOf } from './run.ts'
import { parseRunOptions, type RunWords } from './run-options.ts'
import { count } from './view/figures.ts'
import { openJobReports } from './view/job-reports.ts'

/**
 * `weft rollback`: takes back what the steps of a run did outside, last first.
 *
 * @returns the exit code
 * @throws Failure `RUN_UNKNOWN`, `INVALID_OPTION`, `INVALID_INPUT`, what `weft run` throws
 */
export async function rollbackCommand(word: string, words: unknown): Promise<number> {
  const options = words as RunWords
  const { reports: kind } = parseRunOptions(options)
  const found = await findRun(word, options.job)
  const { file, overrides } = await originOf(found, options.job)
  const plan = await planOf(file, overrides)
  const reports = openJobReports(kind, process.stderr, false)
  const stopped = new AbortController()
  const stop = (): void => {
    reports.note('stopping after the one that is on; weft rollback goes on with the rest')
    stopped.abort()
  }
  using interrupt = onInterrupt(stop, () => {})
  await using journal = await openJournal(found.folder, { durability: plan.durability })
  const { id } = found.row
  const done = await rollBack(plan, { journal, runId: id, signal: stopped.signal })
  const { undone, failed, failures, uncertain, isComplete } = done
  for (const line of uncertainLines(done)) reports.note(line)
  for (const { message } of failures) reports.note(message)
  const open = uncertain === 0 ? '' : `, ${count(uncertain)} of which nobody knows`
  reports.note(
    `${id}: ${count(undone)} taken back, ${count(failed)} not${open}${isComplete ? '' : `; weft rollback ${id} tries the rest again`}`,
  )
  for (const line of standingLines(done)) reports.note(line)
  if (isComplete && undone > 0) reports.note('weft run does what was taken back anew')
  reports.figures({ type: 'rollback', id, ...done, failures: failures.map((failure) => failure.toJSON()) })
  if (interrupt.count > 0) return exitCodes.interrupted
  if (failed === 0) return uncertain === 0 ? exitCodes.done : exitCodes.someFailed
  return undone === 0 ? exitCodes.nothingDone : exitCodes.someFailed
}

/** What other runs have done stays until they are rolled back, too. */
function standingLines({ standing, ofOthers }: RollBack): string[] {
  if (standing.length > 0)
    return standing.flatMap(({ run, effects, uncertain }) => [
      ...(effects > 0 ? [`${count(effects)} more stand in ${run}: weft rollback ${run}`] : []),
      ...(uncertain > 0
        ? [`${count(uncertain)} more were begun in ${run}, may have taken effect, and are left alone: see for yourself`]
        : []),
    ])
  return ofOthers === 0 ? [] : [`${count(ofOthers)} were taken of runs that are forgotten, and stand`]
}

function uncertainLines({ uncertain, uncertainWork }: RollBack): string[] {
  if (uncertain === 0) return []
  const more = uncertain - uncertainWork.length
  return [
    `${count(uncertain)} were begun, or begun to be taken back, and nobody knows whether that took effect: see for yourself. What is dead or was cut off no run does again before weft retry --dead`,
    ...uncertainWork.map(({ step, what, id, input }) => {
      const begun = what === 'run' ? step : `${step}, being taken back,`
      return `  ${begun} of item ${id}: ${cut(JSON.stringify(input) ?? '')}`
    }),
    ...(more > 0 ? [`  … and ${count(more)} more`] : []),
  ]
}

function cut(input: string): string {
  return input.length > 80 ? `${input.slice(0, 79)}…` : input
}
