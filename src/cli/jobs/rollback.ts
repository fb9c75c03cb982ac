import { rollBack } from '../../batch/durable/roll-back.ts'
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
  const { undone, failed, failures, uncertain, isComplete } = await rollBack(plan, {
    journal,
    runId: id,
    signal: stopped.signal,
  })
  if (uncertain > 0)
    reports.note(`${count(uncertain)} were begun and have no result: see for yourself whether they did anything`)
  for (const { message } of failures) reports.note(message)
  reports.note(
    `${id}: ${count(undone)} taken back, ${count(failed)} not${isComplete ? '' : `; weft rollback ${id} tries the rest again`}`,
  )
  if (interrupt.count > 0) return exitCodes.interrupted
  if (failed === 0) return exitCodes.done
  return undone === 0 ? exitCodes.nothingDone : exitCodes.someFailed
}
