import { Failure } from '../../../core/failure.ts'
import type { Journal, RunRow } from '../../../journal/journal.ts'
import type { JobPlan } from '../../job/plan.ts'
import { hasEffects } from '../../steps/step.ts'
import { type Account, accountOf, noAccount } from '../account.ts'
import type { JobRunOptions } from '../job-run.ts'
import { stepsJson } from '../planned.ts'
import { builtOn, earlierRuns, idsOf } from './built-on.ts'
import { mayRedo } from './redoing.ts'
import { assertResumable, type Origin, unfinished } from './resumable.ts'

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

function effectsOf({ steps }: JobPlan): NonNullable<Account['effects']> {
  return steps.filter(hasEffects).map(({ name, code }) => ({ name, ...(code && { code: code.name }) }))
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
