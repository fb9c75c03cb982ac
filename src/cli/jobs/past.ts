import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { changedEffects, changedText, remedy } from '../../batch/durable/effects/changed-effects.ts'
import { othersOf } from '../../batch/durable/effects/effects.ts'
import { type Durations, durationsOf } from '../../batch/durable/figures/durations.ts'
import type { JobPlan } from '../../batch/job/plan.ts'
import { describeLeft } from '../../batch/left/describe-left.ts'
import type { LeftDescription } from '../../batch/left/left-description.ts'
import { openJournal } from '../../journal/open-journal.ts'
import { seenRuns } from '../../journal/seen-runs.ts'
import { computed, count } from './view/figures.ts'

/** What earlier runs have to do with a plan. */
export interface Past {
  readonly meanMs: Durations['meanMs']
  /** Where these are from, and of how many tasks: `orders-1 (5 tasks)`. */
  readonly measuredIn: string
  /** Undefined: all of it. */
  readonly left: LeftDescription | undefined
  readonly notes: readonly string[]
}

/** @param isFresh nothing is to be taken of them */
export async function pastOf(plan: JobPlan, isFresh: boolean): Promise<Past> {
  const { journalFolder, steps, source } = plan
  if (!existsSync(join(journalFolder, 'journal.db'))) return { meanMs: {}, measuredIn: '', left: undefined, notes: [] }
  await using journal = await openJournal(journalFolder, { readOnly: true })
  const rows = await seenRuns(journalFolder, () => journal.runs())
  const runs = await journal.runs()
  const durations = durationsOf(steps, runs)
  const { meanMs } = durations
  const left = isFresh ? undefined : await describeLeft(plan, journal, rows, { meanMs })
  const last = isFresh || source.isReadable ? undefined : runs.find(({ marks }) => marks.tally.done > 0)
  const changed = isFresh ? [] : await changedEffects({ journal, plan, rows: othersOf(runs, { id: undefined }, false) })
  return {
    meanMs,
    measuredIn: measuredIn(durations),
    left,
    notes: [
      ...measuredNotes(durations),
      ...(last === undefined
        ? []
        : [`these are the figures of a first run: what is the same as in ${last.id} is taken from there`]),
      ...changed.map((one) => `${changedText(one)} ${remedy(one)}`),
    ],
  }
}

function measuredIn({ measured }: Durations): string {
  const runs = [...Map.groupBy(measured, ({ run }) => run)].map(([run, steps]) => {
    const tasks = Math.min(...steps.map((one) => one.tasks))
    return `${run} (${steps.length > 1 ? 'at least ' : ''}${count(tasks)} ${tasks === 1 ? 'task' : 'tasks'}${steps.length > 1 ? ' a step' : ''})`
  })
  return runs.join(' and ')
}

/** One sentence for each run: what was measured there. */
function measuredNotes({ meanMs, measured }: Durations): string[] {
  return [...Map.groupBy(measured, ({ run }) => run)].map(([run, steps]) => {
    const each = steps.map(({ step, tasks }) => `${step} ${computed(meanMs[step]!)} (${count(tasks)} measured)`)
    return `durations are those of ${run}, on average: ${each.join(', ')}`
  })
}
