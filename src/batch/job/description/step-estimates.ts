import { addUsage, noUsage, type Usage } from '../../../core/usage.ts'
import type { Step } from '../../steps/step.ts'
import type { ItemView } from '../../template/item-view.ts'
import { missingName } from './missing-names.ts'
import type { DescribedStep } from './plan-description.ts'

/**
 * What each step would use for so many items, from some of them. What a step gives is taken for what its results usually look like.
 *
 * @param count how many items there are in all
 * @returns `missing`: names that a step asks of its items, and that none of them has
 */
export function estimateSteps(
  steps: readonly Step[],
  inputs: readonly unknown[],
  count: number,
): { readonly steps: DescribedStep[]; readonly notes: string[]; readonly missing: string[] } {
  const notes = new Set<string>()
  const missing: string[] = []
  let flow: Flow = {
    views: inputs.map((input) => ({ input, results: {}, last: input })),
    scale: inputs.length === 0 ? 0 : count / inputs.length,
    isGuessed: false,
  }
  const described = steps.map((step): DescribedStep => {
    const lacking = 'prepare' in step ? missingName(step, flow.views) : undefined
    if (lacking !== undefined) missing.push(lacking)
    const { flow: next, usage, runs } = pass(step, flow, notes)
    const isGuessed = flow.isGuessed && usage !== noUsage
    flow = next
    const works = 'lane' in step
    return {
      name: step.name,
      kind: step.kind,
      lane: works ? step.lane : undefined,
      worksOn: works ? step.worksOn : undefined,
      busyOn: works ? (step.laneKey === undefined ? (step.worksOn ?? step.lane) : step.lane) : undefined,
      concurrency: works ? step.concurrency : undefined,
      model: works ? step.model : undefined,
      runs: Math.round(runs),
      inputTokens: Math.round(usage.inputTokens),
      outputTokens: Math.round(usage.outputTokens),
      costUsd: usage.costUsd,
      isGuessed,
    }
  })
  return { steps: described, notes: [...notes], missing }
}

/** Items on their way through the steps: some of them, each for `scale` of all. */
interface Flow {
  readonly views: readonly ItemView[]
  readonly scale: number
  /** They hold results that nobody has yet. */
  readonly isGuessed: boolean
}

interface Passage {
  readonly flow: Flow
  readonly usage: Usage
  readonly runs: number
}

function pass(step: Step, flow: Flow, notes: Set<string>): Passage {
  const { views, scale } = flow
  const none = { usage: noUsage, runs: 0 }
  if (step.kind === 'collect') {
    notes.add('what comes behind collect is counted for all items, as if none had failed')
    return { ...none, flow: { views: [collected(views, scale)], scale: 1, isGuessed: flow.isGuessed } }
  }
  if (step.kind === 'filter') {
    if (flow.isGuessed) notes.add(`${step.name} is counted as if it let all items go on`)
    const kept = flow.isGuessed ? views : views.filter((view) => quietly(() => step.keep(view)) === true)
    return { ...none, flow: { ...flow, views: kept } }
  }
  if (step.kind === 'select') {
    const left = step.top === undefined ? views.length * scale : Math.min(step.top, views.length * scale)
    if (step.top === undefined) notes.add(`${step.name} is counted as if it let all items go on`)
    return { usage: noUsage, runs: 1, flow: after(step, flow, left / Math.max(1, views.length)) }
  }
  const usage = usageOf(step, flow, notes)
  const children = step.kind === 'expand' ? childrenOf(step, flow) : 1
  return { usage, runs: views.length * scale, flow: after(step, flow, scale * children) }
}

type WorkingStep = Exclude<Step, { kind: 'collect' | 'filter' }>

function usageOf(
  step: Exclude<WorkingStep, { kind: 'select' }>,
  { views, scale, isGuessed }: Flow,
  notes: Set<string>,
): Usage {
  if (step.estimate === undefined) return noUsage
  let usage: Usage = noUsage
  let counted = 0
  for (const view of views) {
    const one = quietly(() => step.estimate!(step.prepare(view)))
    if (one === undefined) continue
    usage = addUsage(usage, one)
    counted += 1
  }
  if (counted < views.length) {
    notes.add(`${step.name}: ${views.length - counted} of ${views.length} items cannot be counted before they run`)
  }
  if (isGuessed && counted > 0) {
    notes.add(
      `${step.name} depends on results of the steps before it: it is counted for texts of a usual length (a page of 900 words, an answer as its model expects it)`,
    )
  }
  return scaled(usage, counted === 0 ? 0 : (scale * views.length) / counted)
}

/** The items with what the step may give them. */
function after(step: WorkingStep, { views }: Flow, scale: number): Flow {
  const next = views.map((view): ItemView => {
    const value = quietly(() => step.example?.(step.prepare(view)))
    const results = { ...view.results, [step.name]: value ?? '' }
    return { ...view, results, last: step.isAside ? view.last : value }
  })
  return { views: next, scale, isGuessed: true }
}

function childrenOf(step: Extract<Step, { kind: 'expand' }>, { views }: Flow): number {
  const counts = views.map((view) => quietly(() => step.count?.(step.prepare(view))) ?? 1)
  return counts.reduce((sum, one) => sum + one, 0) / Math.max(1, counts.length)
}

/** Those that were looked at, again and again until they are as many as all will be; of very many, no more than can be held. */
function collected(views: readonly ItemView[], scale: number): ItemView {
  const size = Math.min(mostCollected, Math.round(views.length * scale))
  const items = Array.from({ length: views.length === 0 ? 0 : size }, (_, index) => views[index % views.length]!)
  return { input: undefined, results: {}, last: items, items }
}

const mostCollected = 20_000

function scaled(usage: Usage, by: number): Usage {
  const names = Object.keys(usage) as (keyof Usage)[]
  return Object.fromEntries(names.map((name) => [name, usage[name] * by])) as unknown as Usage
}

/** What an item does not have, shows when it runs. */
function quietly<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
