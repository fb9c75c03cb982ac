import type { LeftDescription } from '../../../batch/left/left-description.ts'
import { columns } from '../../columns.ts'
import { boundLine } from './bound-line.ts'
import { count } from './figures.ts'
import { totalCells, usedCells } from './used-cells.ts'

/** What is left of a job that was run before, below the plan of all of it. */
export function leftLines(left: LeftDescription, measuredIn: string): string[] {
  return [
    ...(left.run === undefined ? begunLines(left) : goneOnLines(left, left.run)),
    ...stepTable(left),
    timeLine(left, measuredIn),
  ]
}

function goneOnLines({ items, isUnderWay }: LeftDescription, run: string): string[] {
  const open = items.all - items.settled
  const recorded =
    items.recorded > 0 ? `; for ${about(items)}${count(items.recorded)} of these nothing is to be run` : ''
  return [
    `left of ${run}: ${count(items.settled)} of ${count(items.all)} items are settled, ${count(open)} are open${recorded}${sampleText(items)}`,
    ...(isUnderWay ? [`${run} is under way in another process: that is how it stands just now`] : []),
  ]
}

function begunLines({ items, before }: LeftDescription): string[] {
  const runs = before.join(', ')
  return [
    `left for a new run, which takes what ${runs} ${before.length === 1 ? 'has' : 'have'} done: for ${about(items)}${count(items.recorded)} of ${count(items.all)} items nothing is to be run${sampleText(items)}`,
  ]
}

function about({ isSample }: LeftDescription['items']): string {
  return isSample ? 'about ' : ''
}

function sampleText({ isSample, sampled }: LeftDescription['items']): string {
  return isSample ? ` (of a sample of ${count(sampled)})` : ''
}

function stepTable({ steps, total, items }: LeftDescription): string[] {
  const mark = about(items)
  const rows = steps.map((step) => [
    `  ${step.name}`,
    `${step.recorded > 0 ? mark : ''}${count(step.recorded)}`,
    `${step.runs ? mark : ''}${count(step.runs ?? 0)}`,
    ...usedCells(step),
  ])
  const head = ['  step', 'recorded', 'left', 'tokens in', 'tokens out', 'cost']
  return columns([head, ...rows, ['  in all', '', '', ...totalCells(total)]], [1, 2, 3, 4, 5])
}

function timeLine(left: LeftDescription, measuredIn: string): string {
  const { steps, items } = left
  const bound = boundLine(left, ' for what is left', measuredIn)
  if (bound !== undefined) return bound
  const isNothing = steps.every(({ runs }) => runs === 0)
  if (isNothing) return `nothing is left to be run${items.isSample ? ', as far as the sample shows' : ''}`
  return 'nothing that is known limits how fast what is left can be'
}
