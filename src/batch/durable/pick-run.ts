import { Failure } from '../../core/failure.ts'
import type { Journal, RunRow } from '../../journal/journal.ts'
import type { JobPlan } from '../job/plan.ts'
import { accountOf } from './account.ts'
import { changedEffects } from './effects/changed-effects.ts'
import type { JobRunOptions } from './job-run.ts'

/** The run of a job that is to be gone on with, or that has begun just now. */
export interface PickedRun {
  readonly row: RunRow
  readonly isResumed: boolean
  /** It takes what these have recorded, by key: those that count most first. */
  readonly before: readonly string[]
  /** Of its own earlier lives; of a new run that of the run before it. */
  readonly asksAnewSince: string | undefined
}

/**
 * @param note told in words what was decided
 * @throws Failure `RUN_UNKNOWN`, `INPUT_CHANGED`; `INVALID_INPUT` when the run cannot be gone on with
 */
export async function pickRun(
  journal: Journal,
  plan: JobPlan,
  { runId, fresh, retry }: Pick<JobRunOptions, 'runId' | 'fresh' | 'retry'>,
  note: (line: string) => void,
): Promise<PickedRun> {
  const steps = stepsJson(plan)
  const source = await plan.source.identity()
  const needsSource = plan.steps.some(({ kind }) => kind === 'select' || kind === 'collect')
  const isRetry = retry !== undefined
  const all = await journal.runs()
  if (runId !== undefined) {
    const row = named(all, runId, journal.place)
    assertResumable(row, { steps, source, needsSource, isRetry })
    return goneOnWith(row, all, note)
  }
  const rows = all.filter(({ state }) => state !== 'rolled-back')
  if (isRetry) {
    const last = rows[0]
    if (last === undefined) throw new Failure('RUN_UNKNOWN', `${plan.name} has no run yet: there is nothing to retry`)
    assertResumable(last, { steps, source, needsSource, isRetry })
    return goneOnWith(last, all, note)
  }
  const same = rows.find((row) => row.plan === steps && row.source === source)
  if (!fresh && plan.source.isReadable && same !== undefined && same.state !== 'finished' && mayGoOn(same, plan)) {
    note(`going on with ${same.id}, of which ${await journal.settledItems(same.id)} items are settled`)
    return goneOnWith(same, all, note)
  }
  const row = await journal.begin({ name: plan.name, plan: steps, source })
  const before = fresh ? [] : earlierRuns(all)
  if (before.length > 0)
    note(`${row.id} takes what ${idsOf(before).join(', ')} has done${changes(before[0]!, steps, source)}`)
  if (!fresh) for (const line of changedEffects(plan.steps, all)) note(line)
  const failed = before[0]?.plan === steps ? failedOf(before[0]) : 0
  if (failed > 0) note(`${failed} that failed there may succeed, and are tried again`)
  const asksAnewSince = all[0] && accountOf(all[0].marks).asksAnewSince
  return { row, isResumed: false, before: idsOf(before), asksAnewSince }
}

/** An old run may be gone on with when later ones have done some of its work: nobody pays for that twice. */
function goneOnWith(row: RunRow, newestFirst: readonly RunRow[], note: (line: string) => void): PickedRun {
  const own = newestFirst.indexOf(row)
  const { before, asksAnewSince } = accountOf(row.marks)
  const later = idsOf(uncovered(newestFirst.slice(0, own)))
  const fresh = later.filter((id) => !before?.includes(id))
  if (fresh.length > 0)
    note(`${row.id} takes what ${fresh.join(', ')} ${fresh.length === 1 ? 'has' : 'have'} done since`)
  // It may have died before it had said what it takes; and what it named may have been pruned.
  const known = before?.filter((id) => newestFirst.some((other) => other.id === id))
  const earlier = known ?? idsOf(earlierRuns(newestFirst.slice(own + 1)))
  return { row, isResumed: true, before: [...new Set([...later, ...earlier])].slice(0, maxBefore), asksAnewSince }
}

/** Those that are not dead. */
function failedOf({ marks }: RunRow): number {
  const { book } = accountOf(marks)
  return book === undefined ? 0 : book.tally.failed + book.derived.failed - (book.dead ?? 0)
}

/** With another limit it would be finished with more or fewer items than were asked for, and its output be that of neither. */
function mayGoOn({ marks }: RunRow, { limit }: JobPlan): boolean {
  const account = accountOf(marks)
  if (account.isRollingBack) return false
  // One that died before it had said anything is anybody's.
  return marks.account === undefined || account.limit === limit
}

/** A run builds on so many at most. */
const maxBefore = 8

/**
 * What a run builds on that begins after these: not the last one alone, which may have been a trial of five items. Left out are all before one
 * that began anew.
 */
function earlierRuns(newestFirst: readonly RunRow[]): RunRow[] {
  const fresh = newestFirst.findIndex(({ marks }) => accountOf(marks).isFresh)
  return uncovered(fresh < 0 ? newestFirst : newestFirst.slice(0, fresh + 1))
}

/**
 * The newest of them, without such as a later one of the same items and steps has gone through as far. One that was rolled back has work still
 * that nobody could take back.
 */
function uncovered(newestFirst: readonly RunRow[]): RunRow[] {
  const chosen: RunRow[] = []
  for (const row of newestFirst) {
    const isCovered = chosen.some((later) => {
      const isSame = later.plan === row.plan && later.source === row.source
      return (
        isSame && later.state === 'finished' && row.state === 'finished' && later.marks.tally.in >= row.marks.tally.in
      )
    })
    if (!isCovered) chosen.push(row)
    if (chosen.length === maxBefore) break
  }
  return chosen
}

function idsOf(rows: readonly RunRow[]): string[] {
  return rows.map(({ id }) => id)
}

/** What makes the ends of items what they are: two runs with the same go on with each other. */
function stepsJson({ steps, output }: JobPlan): string {
  const described = steps.map((step) => {
    const { kind, name, version } = step as { readonly kind: string; readonly name: string; readonly version?: string }
    return { kind, name, version }
  })
  return JSON.stringify({ steps: described, fields: output.fields })
}

function named(newestFirst: readonly RunRow[], id: string, place: string): RunRow {
  const row = newestFirst.find((run) => run.id === id)
  if (row !== undefined) return row
  const known = idsOf(newestFirst)
  const there = known.length === 0 ? 'there is none' : `there are ${known.slice(0, 5).join(', ')}`
  throw new Failure('RUN_UNKNOWN', `${place}: no run ${id}; ${there}`)
}

interface Wanted {
  readonly steps: string
  readonly source: string
  readonly isRetry: boolean
  /** A barrier needs all items again. */
  readonly needsSource: boolean
}

function assertResumable(row: RunRow, { steps, source, isRetry, needsSource }: Wanted): void {
  const { id, state } = row
  if (state === 'rolling-back')
    throw new Failure('INVALID_INPUT', `${id} is being rolled back: go on with its rollback, or begin a new run`)
  if (state === 'rolled-back' || accountOf(row.marks).isRollingBack)
    throw new Failure(
      'INVALID_INPUT',
      `what ${id} did or took of another run was taken back, or was to be: begin a new run`,
    )
  if (state === 'finished' && !isRetry) {
    throw new Failure('INVALID_INPUT', `${id} is finished: retry what failed, or run the job again`)
  }
  if (row.plan !== steps) {
    throw new Failure(
      'INVALID_INPUT',
      `the steps of the job are not those of ${id}: run the job, and what is the same is taken from there`,
    )
  }
  if (row.source !== source && (state !== 'finished' || needsSource)) {
    throw new Failure(
      'INPUT_CHANGED',
      `the input is not what it was when ${id} began: run the job, and what is the same is taken from there`,
    )
  }
}

function changes(before: RunRow, steps: string, source: string): string {
  const changed = [...(before.plan === steps ? [] : ['steps']), ...(before.source === source ? [] : ['input'])]
  return changed.length === 0 ? '' : `, as far as it is the same: ${changed.join(' and ')} changed`
}
