import type { BudgetOptions } from '../../core/run.ts'
import type { Journal, RunJournal } from '../../journal/journal.ts'
import type { SeenRun } from '../../journal/seen-runs.ts'
import { type Account, accountOf } from '../durable/account.ts'
import { settledOf } from '../durable/figures/settled-of.ts'
import { type Shape, shapeOf } from '../durable/item/shape.ts'
import { budgetLeft } from '../durable/line/budget-left.ts'
import { foreseenRun } from '../durable/opening/foreseen.ts'
import { Past } from '../durable/recall/past.ts'
import { budgetNotes } from '../job/description/budget-notes.ts'
import { type Arrival, estimateSteps } from '../job/description/step-estimates.ts'
import { timesOf } from '../job/description/times.ts'
import { totalOf } from '../job/description/total-of.ts'
import type { JobPlan } from '../job/plan.ts'
import { sourceStart } from '../sources/source.ts'
import type { LeftDescription } from './left-description.ts'
import { LeftWalk } from './left-walk.ts'
import { type OpenItems, openItems } from './open-items.ts'
import { RecordedWork } from './recorded-work.ts'

export interface LeftOptions {
  /** How long an attempt of a step takes, by its name, as far as that was measured. */
  readonly meanMs: Readonly<Record<string, number>>
  /** All up to twice as many items are looked at; of more, as many at equal distances. Default 2,000. */
  readonly most?: number
}

/**
 * What a run of the job would still have to do, given what is recorded: of a run that it would go on with, and of those whose results it would take.
 * Its source is read to its end. Nothing is run or written.
 *
 * @param journal may be one that only reads
 * @param rows all runs of the job, newest first
 * @returns undefined where nothing is recorded that could be taken, or the source can be read only once
 * @throws Failure what reading the source and the journal throw
 */
export async function describeLeft(
  plan: JobPlan,
  journal: Journal,
  rows: readonly SeenRun[],
  { meanMs, most = 2_000 }: LeftOptions,
): Promise<LeftDescription | undefined> {
  const { row, before } = await foreseenRun(await journal.runs(), plan)
  const first = row?.id ?? before[0]
  if (first === undefined || !plan.source.isReadable) return undefined
  const shape = shapeOf(plan.steps, plan.output.fields)
  const account = row && accountOf(row.marks)
  await using run = await journal.open(first)
  await run.index(...before)
  const settled = row && (await settledOf(journal, row))
  const { walk, items } = await walked({ plan, shape, run, account, most })
  const sampled = items.entries.filter(({ settledAs }) => settledAs === undefined).length
  const { scale } = items
  const { steps, notes } = estimateSteps(plan.steps, arrivalsAt(walk, scale))
  const total = totalOf(steps)
  const times = await timesOf(steps, plan, meanMs)
  const used = row && { usage: row.marks.usage, tasks: row.marks.tasks ?? 0, wallMs: account!.wallMs }
  const budget: BudgetOptions = used === undefined ? (plan.budget ?? {}) : budgetLeft(plan.budget ?? {}, used)
  const count = { count: items.open, isEstimate: false }
  const isHidden = walk.waiting.length > 0
  return {
    run: row?.id,
    isUnderWay: row !== undefined && rows.some(({ id, state }) => id === row.id && state === 'running'),
    before,
    items: {
      all: items.all,
      settled: settled?.tally.in ?? 0,
      recorded: Math.min(items.open, Math.round((sampled - openRoots(walk)) * scale)),
      sampled,
      isSample: items.isSample,
    },
    steps: steps.map((step, at) => {
      const { done = 0, failed = 0 } = settled?.steps[at] ?? {}
      const isWork = step.kind !== 'filter' && step.kind !== 'collect'
      return { ...step, recorded: isWork ? done + failed + Math.round(walk.recorded[at]! * scale) : 0 }
    }),
    ...times,
    total,
    notes: [
      ...budgetNotes({ items: count, steps, total, ...times }, budget, 'what is left of the budget'),
      ...begunNotes(shape, walk, items),
      ...(isHidden
        ? [`what comes behind ${barrierOf(shape, walk)} needs all items: it is counted as not recorded`]
        : []),
      ...notes,
    ],
  }
}

interface WalkedParts {
  readonly plan: JobPlan
  readonly shape: Shape
  readonly run: RunJournal
  /** Of the run that is gone on with. */
  readonly account: Account | undefined
  readonly most: number
}

async function walked({ plan, shape, run, account, most }: WalkedParts): Promise<{ walk: LeftWalk; items: OpenItems }> {
  const isRewriting = account?.isRewriting === true
  const isWhole = account === undefined || isRewriting || shape.hasBarrier
  const from = isWhole ? sourceStart : run.run.marks.watermark
  await using past = account === undefined ? undefined : await Past.open(run, shape, from.item)
  const items = await openItems({ plan, shape, from, past, isRewriting, most })
  const walk = new LeftWalk({ shape, work: new RecordedWork(run, account !== undefined), past, isRewriting })
  await walk.go(items.entries, isWhole && !items.isSample)
  return { walk, items }
}

function arrivalsAt({ open, waiting }: LeftWalk, scale: number): Arrival[] {
  // What went through a select before has its end, and nothing of it is left behind that.
  const held = waiting.filter(({ settledAs, at, level }) => settledAs === undefined || at === level.to)
  return [...open, ...held].map((entry) => ({
    view: entry.view,
    at: entry.at,
    weight: entry.root.level.isBehindCollect ? 1 : scale,
  }))
}

/** Items of the source for which something has to run. */
function openRoots({ open }: LeftWalk): number {
  return new Set(open.map(({ root }) => root).filter(({ level }) => !level.isBehindCollect)).size
}

/** Effects that are in the dark: nothing of them is left, as no run does them again by itself. */
function begunNotes({ steps }: Shape, { begun }: LeftWalk, { scale, isSample }: OpenItems): string[] {
  return steps.flatMap((step, at) => {
    if (begun[at] === 0 || !('onInterrupted' in step)) return []
    const count = `${isSample ? 'about ' : ''}${Math.round(begun[at]! * scale)}`
    return [`${step.name}: ${count} begun, without a result: onInterrupted decides (${step.onInterrupted})`]
  })
}

function barrierOf({ steps }: Shape, { waiting }: LeftWalk): string {
  return steps[Math.min(...waiting.map(({ at }) => at))]!.name
}
