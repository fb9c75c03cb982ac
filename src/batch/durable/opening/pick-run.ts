import { Failure } from '../../../core/failure.ts'
import type { Journal, RunRow } from '../../../journal/journal.ts'
import type { JobPlan } from '../../job/plan.ts'
import { type Account, accountOf, noAccount } from '../account.ts'
import { changedEffects, refuseChanged } from '../effects/changed-effects.ts'
import { othersOf } from '../effects/effects.ts'
import type { JobRunOptions } from '../job-run.ts'
import { stepsJson } from '../planned.ts'
import { builtOn, earlierRuns, idsOf } from './built-on.ts'
import { assertResumable } from './resumable.ts'

/** The run of a job that is to be gone on with, or that has begun just now. */
export interface PickedRun {
  readonly row: RunRow
  readonly isResumed: boolean
  /** It takes what these have recorded, by key: those that count most first. */
  readonly before: readonly string[]
  /** It was let do again what changed steps have done. */
  readonly redoesEffects: boolean
  /** Of its own earlier lives; of a new run that of the run before it. */
  readonly asksAnewSince: string | undefined
}

/** What runs are told apart by: both as they are recorded. */
interface Origin {
  readonly steps: string
  readonly source: string
}

type Asked = Pick<JobRunOptions, 'runId' | 'fresh' | 'retry' | 'redoEffects' | 'askRedoEffects'>

/**
 * @param note told in words what was decided
 * @throws Failure `RUN_UNKNOWN`, `INPUT_CHANGED`, `EFFECTS_CHANGED`; `INVALID_INPUT` when the run cannot be gone on with
 */
export async function pickRun(
  journal: Journal,
  plan: JobPlan,
  asked: Asked,
  note: (line: string) => void,
): Promise<PickedRun> {
  const { runId, fresh, retry } = asked
  const steps = stepsJson(plan)
  const source = await plan.source.identity()
  const needsSource = plan.steps.some(({ kind }) => kind === 'select' || kind === 'collect')
  const isRetry = retry !== undefined
  const all = await journal.runs()
  const goOn = async (row: RunRow): Promise<PickedRun> => {
    const redoesEffects = await mayRedo(journal, plan, all, asked, row)
    return { ...goneOnWith(row, all, note), redoesEffects }
  }
  if (runId !== undefined) {
    const row = named(all, runId, journal.place)
    assertResumable(row, { steps, source, needsSource, isRetry })
    return await goOn(row)
  }
  const rows = all.filter(({ state }) => state !== 'rolled-back')
  if (isRetry) {
    const last = rows[0]
    if (last === undefined) throw new Failure('RUN_UNKNOWN', `${plan.name} has no run yet: there is nothing to retry`)
    assertResumable(last, { steps, source, needsSource, isRetry })
    return await goOn(last)
  }
  const same = fresh ? undefined : unfinished(rows, plan, { steps, source })
  if (same !== undefined) {
    note(`going on with ${same.id}, of which ${await journal.settledItems(same.id)} items are settled`)
    return await goOn(same)
  }
  return await begun(journal, plan, all, asked, { steps, source }, note)
}

async function begun(
  journal: Journal,
  plan: JobPlan,
  newestFirst: readonly RunRow[],
  asked: Asked,
  { steps, source }: Origin,
  note: (line: string) => void,
): Promise<PickedRun> {
  const { fresh = false } = asked
  const earlier = fresh ? [] : earlierRuns(newestFirst)
  const before = idsOf(earlier)
  const redoesEffects = !fresh && (await mayRedo(journal, plan, newestFirst, asked))
  const asksAnewSince = fresh || newestFirst[0] === undefined ? undefined : asksAnewSinceOf(newestFirst[0])
  // What was decided here holds however soon it dies.
  const account: Account = {
    ...noAccount,
    before,
    limit: plan.limit,
    effects: effectsOf(plan),
    ...(fresh && { isFresh: true }),
    ...(redoesEffects && { redoesEffects }),
    ...(asksAnewSince !== undefined && { asksAnewSince }),
  }
  const row = await journal.begin({ name: plan.name, plan: steps, source }, JSON.stringify(account))
  const [last] = earlier
  if (last !== undefined) {
    note(`${row.id} takes what ${before.join(', ')} has done${changes(last, steps, source)}`)
    const failed = last.plan === steps ? failedOf(last) : 0
    if (failed > 0) note(`${failed} that failed there may succeed, and are tried again`)
  }
  return { row, isResumed: false, before, redoesEffects, asksAnewSince: asksAnewSinceOf(row) }
}

/**
 * Whether effects of changed steps are there that it is let do again.
 *
 * @param row the run that is gone on with; undefined: it begins
 * @throws Failure `EFFECTS_CHANGED` where nobody lets it
 */
async function mayRedo(
  journal: Journal,
  plan: JobPlan,
  newestFirst: readonly RunRow[],
  { redoEffects, askRedoEffects }: Asked,
  row?: RunRow,
): Promise<boolean> {
  const { isFresh = false, redoesEffects } = row === undefined ? noAccount : accountOf(row.marks)
  if (redoesEffects) return true
  const others = othersOf(newestFirst, { id: row?.id }, isFresh)
  const changed = await changedEffects({
    journal,
    plan,
    rows: newestFirst.filter((one) => one === row || others.includes(one)),
  })
  if (changed.length === 0) return false
  return redoEffects || (await askRedoEffects?.(changed)) || refuseChanged(changed)
}

function effectsOf({ steps }: JobPlan): NonNullable<Account['effects']> {
  return steps.flatMap((step) => {
    if (!('effects' in step) || !step.effects) return []
    return [{ name: step.name, ...(step.code && { code: step.code.name }) }]
  })
}

/**
 * What `pickRun` would decide, with nothing begun.
 *
 * @param newestFirst all runs of the job
 * @returns `row`: the run that would be gone on with; `before`: those whose results it, or a new one, would take
 */
export async function foreseenRun(
  newestFirst: readonly RunRow[],
  plan: JobPlan,
  fresh: boolean,
): Promise<{ readonly row: RunRow | undefined; readonly before: readonly string[] }> {
  if (fresh) return { row: undefined, before: [] }
  const rows = newestFirst.filter(({ state }) => state !== 'rolled-back')
  const row = unfinished(rows, plan, { steps: stepsJson(plan), source: await plan.source.identity() })
  if (row === undefined) return { row, before: idsOf(earlierRuns(newestFirst)) }
  return { row, before: goneOnWith(row, newestFirst, () => {}).before }
}

/** The last run of the same items and steps, if it can be gone on with. */
function unfinished(rows: readonly RunRow[], plan: JobPlan, { steps, source }: Origin): RunRow | undefined {
  const same = rows.find((row) => row.plan === steps && row.source === source)
  if (same === undefined || same.state === 'finished' || !plan.source.isReadable) return undefined
  return mayGoOn(same, plan) ? same : undefined
}

function goneOnWith(
  row: RunRow,
  newestFirst: readonly RunRow[],
  note: (line: string) => void,
): Omit<PickedRun, 'redoesEffects'> {
  const { before, since } = builtOn(row, newestFirst)
  if (since.length > 0)
    note(`${row.id} takes what ${since.join(', ')} ${since.length === 1 ? 'has' : 'have'} done since`)
  return { row, isResumed: true, before, asksAnewSince: asksAnewSinceOf(row) }
}

function asksAnewSinceOf({ id, marks }: RunRow): string | undefined {
  const { asksAnewSince, isFresh } = accountOf(marks)
  return asksAnewSince ?? (isFresh && id)
}

/** Those that are not dead. */
function failedOf({ marks }: RunRow): number {
  const { book } = accountOf(marks)
  return book === undefined ? 0 : book.tally.failed + book.derived.failed - (book.dead ?? 0)
}

/** With another limit it would be finished with more or fewer items than were asked for, and its output be that of neither. */
function mayGoOn({ marks }: RunRow, { limit }: JobPlan): boolean {
  const account = accountOf(marks)
  return !account.isRollingBack && account.limit === limit
}

function named(newestFirst: readonly RunRow[], id: string, place: string): RunRow {
  const row = newestFirst.find((run) => run.id === id)
  if (row !== undefined) return row
  const known = idsOf(newestFirst)
  const there = known.length === 0 ? 'there is none' : `there are ${known.slice(0, 5).join(', ')}`
  throw new Failure('RUN_UNKNOWN', `${place}: no run ${id}; ${there}`)
}

function changes(before: RunRow, steps: string, source: string): string {
  const changed = [...(before.plan === steps ? [] : ['steps']), ...(before.source === source ? [] : ['input'])]
  return changed.length === 0 ? '' : `, as far as it is the same: ${changed.join(' and ')} changed`
}
