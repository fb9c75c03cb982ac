import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { changedEffects, changedText, remedy } from '../../batch/durable/effects/changed-effects.ts'
import { othersOf } from '../../batch/durable/effects/effects.ts'
import type { JobPlan } from '../../batch/job/plan.ts'
import { openJournal } from '../../journal/open-journal.ts'
import { count } from './view/figures.ts'

/** What earlier runs have to do with a plan: its figures are those of a first run. */
export async function pastNotes(plan: JobPlan): Promise<string[]> {
  const { journalFolder } = plan
  if (!existsSync(join(journalFolder, 'journal.db'))) return []
  await using journal = await openJournal(journalFolder, { readOnly: true })
  const runs = await journal.runs()
  const last = runs.find(({ marks, state }) => marks.tally.done > 0 && state !== 'rolled-back')
  const changed = await changedEffects({ journal, plan, rows: othersOf(runs, { id: undefined }, false) })
  return [
    ...(last === undefined
      ? []
      : [
          `these are the figures of a first run: ${last.id} has done ${count(last.marks.tally.done)} items, and what is the same is taken from there`,
        ]),
    ...changed.map((one) => `${changedText(one)} ${remedy(one)}`),
  ]
}
