import type { LaneBound, PlanDescription } from '../../../batch/job/description/plan-description.ts'
import type { LeftDescription } from '../../../batch/left/left-description.ts'
import { columns } from '../../columns.ts'
import { printable } from '../../printable.ts'
import { boundLine } from './bound-line.ts'
import { computed, count } from './figures.ts'
import { leftLines } from './left-lines.ts'
import { totalCells, usedCells } from './used-cells.ts'

/**
 * What a job would do, as a table: see `weft run --dry-run`.
 *
 * @param left undefined: all of it
 * @param more notes, in sentences
 * @param measuredIn where the durations are from: `orders-1 (5 tasks)`
 */
export function planLines(
  plan: PlanDescription,
  left?: LeftDescription,
  more: readonly string[] = [],
  measuredIn = 'earlier runs',
): string[] {
  const notes = new Set([...plan.notes, ...(left?.notes ?? []), ...more])
  return [
    `${plan.name}: ${itemsText(plan)}, of which ${count(plan.sampled)} were looked at`,
    ...stepTable(plan),
    ...plan.lanes.map(laneLine),
    timeLine(plan, measuredIn),
    ...(left === undefined ? [] : leftLines(left, measuredIn)),
    ...notes,
  ].map(printable)
}

/** Rates are a bound, in the words of `weft bench`; what was measured may be quicker the next time. */
function timeLine(plan: PlanDescription, measuredIn: string): string {
  return boundLine(plan, '', measuredIn) ?? 'nothing that is known limits how fast it can be'
}

function itemsText({ items }: PlanDescription): string {
  if (items === undefined) return 'nobody knows how many items'
  return `${items.isEstimate ? 'about ' : ''}${count(items.count)} ${items.count === 1 ? 'item' : 'items'}`
}

function stepTable({ steps, total }: PlanDescription): string[] {
  const rows = steps.map((step) => [
    `  ${step.name}`,
    step.kind,
    [step.lane, step.worksOn, step.model].filter((part) => part !== undefined).join(', '),
    step.runs === undefined ? '?' : count(step.runs),
    ...usedCells(step),
  ])
  const head = ['  step', 'kind', 'lane', 'runs', 'tokens in', 'tokens out', 'cost']
  return columns([head, ...rows, ['  in all', '', '', '', ...totalCells(total)]], [3, 4, 5, 6])
}

/** Its note stands among those of the plan. */
function laneLine({ lane, runs, leastMs, by, isMeasured = false, other }: LaneBound): string {
  const word = (measured = false): string => (measured ? 'about' : 'at least')
  const least = leastMs === undefined ? '' : `, ${word(isMeasured)} ${boundText(leastMs, by)}`
  const also = other === undefined ? '' : `, and ${word(other.isMeasured)} ${boundText(other.leastMs, other.by)}`
  return `${lane}: ${runs === undefined ? '?' : count(runs)} attempts${least}${also}`
}

function boundText(leastMs: number, by: string | undefined): string {
  return `${computed(leastMs)}${by === undefined ? '' : ` (${by})`}`
}
