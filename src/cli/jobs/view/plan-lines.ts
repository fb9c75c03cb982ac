import type { DescribedStep, LaneBound, PlanDescription } from '../../../batch/job/description/plan-description.ts'
import { columns } from '../../columns.ts'
import { printable } from '../../printable.ts'
import { count, dollars, duration } from './figures.ts'

/** What a job would do, as a table: see `weft run --dry-run`. */
export function planLines(plan: PlanDescription): string[] {
  return [
    `${plan.name}: ${itemsText(plan)}, of which ${count(plan.sampled)} were looked at`,
    ...stepTable(plan),
    ...plan.lanes.map(laneLine),
    plan.leastMs === undefined || plan.critical === undefined
      ? 'nothing that is known limits how fast it can be'
      : `it takes at least ${duration(plan.leastMs)} (${plan.critical.lane}: ${plan.critical.by ?? 'its slots'})`,
    ...plan.notes,
  ].map(printable)
}

function itemsText({ items }: PlanDescription): string {
  if (items === undefined) return 'nobody knows how many items'
  return `${items.isEstimate ? 'about ' : ''}${count(items.count)} ${items.count === 1 ? 'item' : 'items'}`
}

function stepTable({ steps, total }: PlanDescription): string[] {
  const guessed = (step: DescribedStep): string => (step.isGuessed ? '~' : '')
  const rows = steps.map((step) => [
    `  ${step.name}`,
    step.kind,
    [step.lane, step.worksOn, step.model].filter((part) => part !== undefined).join(', '),
    step.runs === undefined ? '?' : count(step.runs),
    amount(step.inputTokens, guessed(step)),
    amount(step.outputTokens, guessed(step)),
    step.costUsd === 0 ? '' : `${guessed(step)}${dollars(step.costUsd)}`,
  ])
  const sum = [
    '  in all',
    '',
    '',
    '',
    amount(total.inputTokens, ''),
    amount(total.outputTokens, ''),
    dollars(total.costUsd),
  ]
  const head = ['  step', 'kind', 'lane', 'runs', 'tokens in', 'tokens out', 'cost']
  return columns([head, ...rows, sum], [3, 4, 5, 6])
}

function amount(tokens: number, guessed: string): string {
  return tokens === 0 ? '' : `${guessed}${count(tokens)}`
}

/** Its note stands among those of the plan. */
function laneLine({ lane, runs, leastMs, by }: LaneBound): string {
  const least = leastMs === undefined ? '' : `, at least ${duration(leastMs)}${by === undefined ? '' : ` (${by})`}`
  return `${lane}: ${runs === undefined ? '?' : count(runs)} attempts${least}`
}
