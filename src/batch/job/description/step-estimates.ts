import { addUsage, noUsage, type Usage } from '../../../core/usage.ts'
import type { Step } from '../../steps/step.ts'
import type { ItemView } from '../../template/item-view.ts'
import { type MissingName, missingName } from './missing-names.ts'
import type { DescribedStep } from './plan-description.ts'

/** An item that is to go through the steps from one of them on, and how many it stands for. */
export interface Arrival {
  readonly view: ItemView
  /** Position of the first step that has to run for it. */
  readonly at: number
  readonly weight: number
}

export interface StepEstimates {
  readonly steps: DescribedStep[]
  readonly notes: string[]
  readonly missing: MissingName[]
}

/** Inputs that stand for so many items, at the first step. */
export function arrivalsOf(inputs: readonly unknown[], count: number): Arrival[] {
  return inputs.map((input) => ({
    view: { input, results: {}, last: input },
    at: 0,
    weight: count / inputs.length,
  }))
}

/** What each step would use, from some of its items. What a step gives is taken for what its results usually look like. */
export function estimateSteps(steps: readonly Step[], arrivals: readonly Arrival[]): StepEstimates {
  const notes = new Set<string>()
  const missing: MissingName[] = []
  let flow: readonly Traveller[] = []
  const described = steps.map((step, at): DescribedStep => {
    const here = arrivals.filter((arrival) => arrival.at === at)
    flow = [...flow, ...here.map(({ view, weight }) => ({ view, weight, isGuessed: false }))]
    const views = flow.map(({ view }) => view)
    const lacking = step.kind === 'collect' ? undefined : missingName(step, views)
    if (lacking !== undefined) missing.push(lacking)
    const { flow: next, usage, runs } = pass(step, flow, notes)
    const isGuessed = flow.some((one) => one.isGuessed) && usage !== noUsage
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

/** An item on its way through the steps, for as many as it stands for. */
interface Traveller {
  readonly view: ItemView
  readonly weight: number
  /** It holds results that nobody has yet. */
  readonly isGuessed: boolean
}

interface Passage {
  readonly flow: readonly Traveller[]
  readonly usage: Usage
  readonly runs: number
}

function pass(step: Step, flow: readonly Traveller[], notes: Set<string>): Passage {
  const none = { usage: noUsage, runs: 0 }
  if (flow.length === 0) return { ...none, flow }
  const isGuessed = flow.some((one) => one.isGuessed)
  if (step.kind === 'collect') {
    notes.add('what comes behind collect is counted for all items, as if none had failed')
    return { ...none, flow: [{ view: collected(flow), weight: 1, isGuessed }] }
  }
  if (step.kind === 'filter') {
    // What it asks of the input alone is known.
    const isOpen = isGuessed && step.uses.length > 0
    if (isOpen) notes.add(`${step.name} is counted as if it let all items go on`)
    const isLet = (one: Traveller): boolean => one.isGuessed && isOpen
    return { ...none, flow: flow.filter((one) => isLet(one) || quietly(() => step.keep(one.view)) === true) }
  }
  if (step.kind === 'select') {
    const all = weightOf(flow)
    if (step.top === undefined) notes.add(`${step.name} is counted as if it let all items go on`)
    const share = Math.min(step.top ?? all, all) / all
    return { usage: noUsage, runs: 1, flow: flow.map((one) => after(step, one, share)) }
  }
  const next = flow.map((one) => after(step, one, step.kind === 'expand' ? childrenOf(step, one) : 1))
  return { usage: usageOf(step, flow, notes), runs: weightOf(flow), flow: next }
}

type WorkingStep = Exclude<Step, { kind: 'collect' | 'filter' }>

function usageOf(
  step: Exclude<WorkingStep, { kind: 'select' }>,
  flow: readonly Traveller[],
  notes: Set<string>,
): Usage {
  if (step.estimate === undefined) return noUsage
  let usage: Usage = noUsage
  const counted: Traveller[] = []
  for (const one of flow) {
    const estimated = quietly(() => step.estimate!(step.prepare(one.view)))
    if (estimated === undefined) continue
    usage = addUsage(usage, scaled({ ...noUsage, ...estimated }, one.weight))
    counted.push(one)
  }
  if (counted.length < flow.length) {
    notes.add(`${step.name}: ${flow.length - counted.length} of ${flow.length} items cannot be counted before they run`)
  }
  if (counted.some(({ isGuessed }) => isGuessed)) {
    notes.add(
      `${step.name} depends on results of the steps before it: it is counted for texts of a usual length (a page of 900 words, an answer as its model expects it)`,
    )
  }
  return counted.length === 0 ? usage : scaled(usage, weightOf(flow) / weightOf(counted))
}

/** The item with what the step may give it, standing for so many times as many. */
function after(step: WorkingStep, { view, weight }: Traveller, times: number): Traveller {
  const value = quietly(() => step.example?.(step.prepare(view)))
  const results = { ...view.results, [step.name]: value ?? '' }
  return {
    view: { ...view, results, last: step.isAside ? view.last : value },
    weight: weight * times,
    isGuessed: true,
  }
}

function childrenOf(step: Extract<Step, { kind: 'expand' }>, { view }: Traveller): number {
  return quietly(() => step.count?.(step.prepare(view))) ?? 1
}

/** Those that were looked at, again and again until they are as many as all will be; of very many, no more than can be held. */
function collected(flow: readonly Traveller[]): ItemView {
  const size = Math.min(mostCollected, Math.round(weightOf(flow)))
  const items = Array.from({ length: size }, (_, index) => flow[index % flow.length]!.view)
  return { input: undefined, results: {}, last: items, items }
}

const mostCollected = 20_000

function weightOf(flow: readonly Traveller[]): number {
  return flow.reduce((sum, { weight }) => sum + weight, 0)
}

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
