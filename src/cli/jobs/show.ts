import { existsSync } from 'node:fs'
import { accountOf } from '../../batch/durable/account.ts'
import { partialsOf } from '../../batch/durable/output/partials.ts'
import { equation } from '../../core/tally.ts'
import type { Recorded, Settled } from '../../journal/journal.ts'
import { openJournal } from '../../journal/open-journal.ts'
import { printable } from '../printable.ts'
import { writeOut } from '../write-out.ts'
import { type CountedRun, type RunAccount, runAccount } from './account.ts'
import { againOf, beside } from './next-steps.ts'
import { originOf } from './origin.ts'
import { findRun, isJobFile } from './place.ts'
import { RunEnds } from './run-ends.ts'
import { count, usageText } from './view/figures.ts'
import { type ExplainedReport, failureLines, retryLines } from './view/report-lines.ts'

/** Dead items that are named; further ones are counted. */
const maxDead = 20

/** How a run stands. */
export interface Shown {
  readonly row: CountedRun
  readonly account: RunAccount
  /** The first of those that failed for good, and how many there are. */
  readonly dead: { readonly count: number; readonly first: readonly Settled[] }
  /** Begun and without a result: of a run that is running, under way. */
  readonly interrupted: readonly Recorded[]
  /** What may be done again. */
  readonly left: NonNullable<ExplainedReport['left']>
  readonly outputs: readonly string[]
  /** How the run is named for a next command, in the working folder: `companies-3 --job there/job.yaml`. */
  readonly named: string
  /** A new run of the same. */
  readonly again: string
}

/**
 * `weft show`: the equation of a run in total and by step, what failed and why, what it used and where its records lie.
 *
 * @throws Failure `RUN_UNKNOWN`, `JOURNAL_CORRUPT`, `JOURNAL_NEWER`
 */
export async function showCommand(word: string, words: unknown): Promise<number> {
  const { json, job } = words as { readonly json?: boolean; readonly job?: string }
  const found = await findRun(word, job)
  const { row, folder } = found
  await using journal = await openJournal(folder, { readOnly: true })
  await using run = await journal.open(row.id)
  const jobFile = job ?? (isJobFile(word) ? word : undefined)
  const origin = await originOf(found, jobFile).catch(() => ({ file: 'JOB', overrides: {}, outputs: [] }))
  const { outputs = [] } = origin
  const again = againOf(origin)
  const interrupted = row.state === 'finished' ? [] : await run.interrupted()
  const ends = await RunEnds.of(run.settledNotDone(), { most: givenUp(row), maxDead })
  const account = { ...runAccount(row), failures: ends.failures }
  const dead = { count: ends.dead, first: ends.firstDead }
  // A run that began anew has removed what those before it had left.
  const partials = partialsOf(row)
  const there = outputs.filter((place) => !partials.includes(place) || existsSync(place))
  const id = `${row.id}${jobFile === undefined ? '' : beside(folder, jobFile)}`
  const shown: Shown = { row, account, dead, interrupted, left: ends, outputs: there, named: id, again }
  await writeOut(process.stdout, json ? JSON.stringify(jsonOf(shown), undefined, 2) : showLines(shown).join('\n'))
  return 0
}

export function showLines({ row, account, dead, interrupted, left, outputs, named, again }: Shown): string[] {
  const { id, state, createdAt, updatedAt, marks } = row
  const widest = Math.max(0, ...account.steps.map(({ name }) => name.length))
  const used = usageText(marks.usage)
  return [
    `${id}: ${state}${state === 'interrupted' ? ' (its process is gone)' : ''}, begun ${minute(createdAt)}, last change ${minute(updatedAt)}`,
    equation(row.counts.tally),
    ...openLines(row, account),
    ...account.steps.map(({ name, tally }) => `  ${name.padEnd(widest)}  ${equation(tally)}`),
    ...(account.derived.in === 0 ? [] : [`made on the way: ${equation(account.derived)}`]),
    ...(account.before.length === 0 ? [] : [`what was the same was taken from ${account.before.join(', ')}`]),
    ...(used === undefined ? [] : [used]),
    ...failureLines(account.failures),
    ...deadLines(dead, left, named),
    ...interruptedLines(interrupted, account, state),
    ...outputs.map((place) => `${isOver(state) ? 'written' : 'so far in'}: ${place}`),
    ...nextLines(row, left, named, again),
  ].map(printable)
}

/** Items that gave nothing: where there is none, no row need be read. */
function givenUp({ counts: { tally, derived } }: CountedRun): number {
  return tally.failed + tally.skipped + derived.failed + derived.skipped
}

/** What was not read yet stands in no equation. */
function openLines({ state, counts }: CountedRun, { total }: RunAccount): string[] {
  if (isOver(state)) return []
  const open = total === undefined ? 0 : total.items - counts.tally.in
  if (total === undefined || (open <= 0 && total.estimate)) return ['the rest is open']
  if (open <= 0) return []
  const about = total.estimate ? 'about ' : ''
  return [`${about}${count(open)} of ${about}${count(total.items)} items ${open === 1 ? 'is' : 'are'} open`]
}

function isOver(state: CountedRun['state']): boolean {
  return state === 'finished' || state === 'rolling-back' || state === 'rolled-back'
}

function deadLines({ count: all, first }: Shown['dead'], { malformed = 0 }: Shown['left'], named: string): string[] {
  if (all === 0) return []
  const more = all - first.length
  return [
    all === malformed ? `${count(all)} dead:` : `${count(all)} dead: mend the cause, then weft retry ${named} --dead`,
    ...first.map(({ id: item, input, failure }) => `  ${item}  ${cut(input)}  ${failure?.code}: ${failure?.message}`),
    ...(more > 0 ? [`  … and ${count(more)} more: weft export has all of them`] : []),
  ]
}

function interruptedLines(
  interrupted: readonly Recorded[],
  { steps }: RunAccount,
  state: CountedRun['state'],
): string[] {
  if (interrupted.length === 0) return []
  const byStep = Object.entries(Object.groupBy(interrupted, ({ step }) => steps[step]?.name ?? String(step)))
  return [
    `${count(interrupted.length)} ${state === 'running' ? 'under way' : 'begun and without a result'}:`,
    ...byStep.map(([name, works = []]) => `  ${name}: ${count(works.length)}`),
  ]
}

function nextLines({ state, marks }: CountedRun, left: Shown['left'], named: string, again: string): string[] {
  if (state === 'rolling-back') return [`continue with: weft rollback ${named}`]
  if (state === 'rolled-back') return []
  if (accountOf(marks).isRollingBack) return ['what it took of another run was taken back: weft run begins a new run']
  if (state === 'interrupted' || state === 'stopped') return [`continue with: weft resume ${named}`]
  return state === 'finished' ? retryLines(left, { retry: `weft retry ${named}`, again }) : []
}

function jsonOf({ row, account, dead, interrupted, outputs }: Shown): object {
  const { id, name, state, createdAt, updatedAt, marks } = row
  return {
    id,
    name,
    state,
    createdAt,
    updatedAt,
    tally: row.counts.tally,
    usage: marks.usage,
    ...account,
    dead: {
      count: dead.count,
      first: dead.first.map((item) => ({ id: item.id, input: JSON.parse(item.input), failure: item.failure })),
    },
    interrupted: interrupted.map(({ item, step }) => ({ item, step: account.steps[step]?.name })),
    outputs,
  }
}

function minute(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')}Z`
}

function cut(input: string): string {
  return input.length > 80 ? `${input.slice(0, 79)}…` : input
}
