import { changedText, remedy } from '../../batch/durable/effects/changed-words.ts'
import { type Durations, durationsOf } from '../../batch/durable/figures/durations.ts'
import { stepsDone } from '../../batch/durable/figures/steps-done.ts'
import { foreseenChanges } from '../../batch/durable/opening/foreseen.ts'
import type { JobPlan } from '../../batch/job/plan.ts'
import { describeLeft } from '../../batch/left/describe-left.ts'
import type { LeftDescription } from '../../batch/left/left-description.ts'
import { Failure } from '../../core/failure.ts'
import type { Journal } from '../../journal/journal.ts'
import { openJournal } from '../../journal/open-journal.ts'
import { seenRuns } from '../../journal/seen-runs.ts'
import { computed, count } from './view/figures.ts'

/** What earlier runs have to do with a plan. */
export interface Past {
  readonly meanMs: Durations['meanMs']
  readonly stepsDone: ReadonlySet<string>
  /** Where these are from, and of how many tasks: `orders-1 (5 tasks)`. */
  readonly measuredIn: string
  /** Undefined: all of it. */
  readonly left: LeftDescription | undefined
  readonly notes: readonly string[]
}

/** @param isFresh nothing is to be taken of them */
export async function pastOf(plan: JobPlan, isFresh: boolean): Promise<Past> {
  const { journalFolder, steps, source } = plan
  await using journal = await journalIn(journalFolder)
  if (journal === undefined) return { meanMs: {}, stepsDone: new Set(), measuredIn: '', left: undefined, notes: [] }
  const rows = await seenRuns(journalFolder, () => journal.runs())
  const runs = await journal.runs()
  const durations = durationsOf(steps, runs)
  const { meanMs } = durations
  const left = isFresh ? undefined : await describeLeft(plan, journal, rows, { meanMs })
  const last = isFresh || source.isReadable ? undefined : runs.find(({ marks }) => marks.tally.done > 0)
  const changed = isFresh ? [] : await foreseenChanges(journal, plan)
  return {
    meanMs,
    stepsDone: stepsDone(steps, runs),
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

/** Names of the steps that earlier runs have done as they are. */
export async function stepsDoneBefore({ journalFolder, steps }: JobPlan): Promise<ReadonlySet<string>> {
  await using journal = await journalIn(journalFolder)
  return stepsDone(steps, (await journal?.runs()) ?? [])
}

/** To be read. Undefined: nothing was ever begun there. */
async function journalIn(folder: string): Promise<Journal | undefined> {
  try {
    return await openJournal(folder, { readOnly: true })
  } catch (thrown) {
    if (Failure.from(thrown).code === 'RUN_UNKNOWN') return undefined
    throw thrown
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
