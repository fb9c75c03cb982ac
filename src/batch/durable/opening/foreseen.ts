import type { Journal, RunRow } from '../../../journal/journal.ts'
import type { JobPlan } from '../../job/plan.ts'
import type { ChangedEffects } from '../job-run.ts'
import { stepsJson } from '../planned.ts'
import { builtOn, earlierRuns, idsOf } from './built-on.ts'
import { undecidedChanges } from './redoing.ts'
import { unfinished } from './resumable.ts'

/**
 * What `pickRun` would decide, with nothing begun.
 *
 * @param newestFirst all runs of the job
 * @returns `row`: the run that would be gone on with; `before`: those whose results it, or a new one, would take
 */
export async function foreseenRun(
  newestFirst: readonly RunRow[],
  plan: JobPlan,
): Promise<{ readonly row: RunRow | undefined; readonly before: readonly string[] }> {
  const rows = newestFirst.filter(({ state }) => state !== 'rolled-back')
  const row = unfinished(rows, plan, { steps: stepsJson(plan), source: await plan.source.identity() })
  return { row, before: row === undefined ? idsOf(earlierRuns(newestFirst)) : builtOn(row, newestFirst).before }
}

/** The effects of changed steps because of which the run would be refused. */
export async function foreseenChanges(journal: Journal, plan: JobPlan): Promise<ChangedEffects[]> {
  const newestFirst = await journal.runs()
  const { row } = await foreseenRun(newestFirst, plan)
  return await undecidedChanges(journal, plan, newestFirst, row)
}
