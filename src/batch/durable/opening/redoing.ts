import type { Journal, RunRow } from '../../../journal/journal.ts'
import type { JobPlan } from '../../job/plan.ts'
import { accountOf, noAccount } from '../account.ts'
import { changedEffects } from '../effects/changed-effects.ts'
import { refuseChanged } from '../effects/changed-words.ts'
import { othersOf } from '../effects/effects.ts'
import type { ChangedEffects, JobRunOptions } from '../job-run.ts'

/**
 * Whether effects of changed steps are there that a run is let do again.
 *
 * @param newestFirst all runs of the job
 * @param row the run that is gone on with; undefined: it begins
 * @throws Failure `EFFECTS_CHANGED` where nobody lets it
 */
export async function mayRedo(
  journal: Journal,
  plan: JobPlan,
  newestFirst: readonly RunRow[],
  { redoEffects, askRedoEffects }: Pick<JobRunOptions, 'redoEffects' | 'askRedoEffects'>,
  row?: RunRow,
): Promise<boolean> {
  if (isLet(row)) return true
  const changed = await undecidedChanges(journal, plan, newestFirst, row)
  if (changed.length === 0) return false
  return redoEffects || (await askRedoEffects?.(changed)) || refuseChanged(changed)
}

/** What changed steps did outside and a run would do again, as far as nobody has let it do so yet. */
export async function undecidedChanges(
  journal: Journal,
  plan: JobPlan,
  newestFirst: readonly RunRow[],
  row?: RunRow,
): Promise<ChangedEffects[]> {
  if (isLet(row)) return []
  const { isFresh = false } = accountFor(row)
  const others = othersOf(newestFirst, { id: row?.id }, isFresh)
  return await changedEffects({
    journal,
    plan,
    rows: newestFirst.filter((one) => one === row || others.includes(one)),
  })
}

function isLet(row: RunRow | undefined): boolean {
  return accountFor(row).redoesEffects === true
}

function accountFor(row: RunRow | undefined): ReturnType<typeof accountOf> {
  return row === undefined ? noAccount : accountOf(row.marks)
}
