import * as v from 'valibot'
import { Failure } from '../../core/failure.ts'
import { parseOptions } from '../../core/options.ts'
import type { FlatMapOptions, PipelineOptions, StepOptions } from '../../core/pipeline.ts'
import { batchRoom } from '../../schedule/limits.ts'
import { type TaskPlan, taskEntries, taskPlan } from '../line/task-plan.ts'
import type { Scope } from '../run/parts.ts'
import { count, planned, type RunPlan, runEntries, runPlan } from '../run/run-plan.ts'
import type { Filter } from './filter.ts'
import type { Fold, Part } from './parts.ts'
import { isInBatches, type Windows } from './segment.ts'

/** What a pipeline is to do, checked. */
export interface PipelinePlan {
  readonly run: RunPlan
  readonly isOrdered: boolean
  /** One at least. All but the last have a gateway. */
  readonly segments: readonly SegmentPlan[]
}

export interface SegmentPlan {
  readonly operators: readonly (StepPlan | Filter)[]
  readonly gateway: GatewayPlan | undefined
}

export interface StepPlan {
  readonly kind: 'step'
  readonly name: string
  readonly task: TaskPlan<unknown, unknown>
  readonly concurrency: number
  readonly known: StepOptions<unknown>['known']
  readonly ended: StepOptions<unknown>['ended']
}

export type GatewayPlan = { readonly name: string } & (
  | { readonly kind: 'flatMap' | 'collect' }
  | { readonly kind: 'batch'; readonly size: number }
  | { readonly kind: 'reduce'; readonly fold: Fold; readonly initial: unknown }
)

const pipelineSchema = v.strictObject({ ...runEntries, ordered: v.optional(v.boolean()) })
const { name: _, ...unnamed } = taskEntries
const ofStep = { concurrency: v.optional(count), known: v.optional(v.function()), ended: v.optional(v.function()) }
const stepSchema = v.strictObject({ ...unnamed, ...ofStep })
const flatMapSchema = v.strictObject({ ...taskEntries, ...ofStep })

/** Tasks of a step, by its lane's slots: as in a map. */
const idleFactor = 2

export function pipelinePlan(scope: Scope, parts: readonly Part[], options: PipelineOptions | undefined): PipelinePlan {
  const make = (): PipelinePlan => {
    const parsed = parseOptions(pipelineSchema, options, 'pipeline') as PipelineOptions
    const run = runPlan(parsed, 'pipeline')
    const counted = run.budget !== undefined || scope.parent?.run.budget !== undefined
    return { run, isOrdered: parsed.ordered === true, segments: new Planner(scope, run, counted).segments(parts) }
  }
  return planned(scope, 'pipeline', make, (run) => ({ run, isOrdered: false, segments: [] }))
}

class Planner {
  readonly #scope: Scope
  readonly #run: RunPlan
  readonly #counted: boolean
  readonly #names = new Set<string>()
  /** Of the steps that the caller named: what is named by us gives way to them, wherever it stands. */
  readonly #reserved = new Set<string>()

  constructor(scope: Scope, run: RunPlan, counted: boolean) {
    this.#scope = scope
    this.#run = run
    this.#counted = counted
  }

  /** @throws Failure `INVALID_OPTION`, `INVALID_INPUT` */
  segments(parts: readonly Part[]): SegmentPlan[] {
    const segments: SegmentPlan[] = []
    for (const part of parts) {
      if (part.kind === 'step') this.#reserved.add(part.name)
      else if (part.kind === 'flatMap')
        this.#reserved.add((part.options as FlatMapOptions<unknown> | undefined)?.name ?? '')
    }
    let operators: (StepPlan | Filter)[] = []
    for (const part of parts) {
      if (part.kind === 'step') operators.push(this.#step(part))
      else if (part.kind === 'filter') operators.push(this.#filter(part.keep))
      else {
        if (part.kind === 'flatMap') operators.push(this.#expanding(part))
        segments.push({ operators, gateway: this.#gateway(part, operators) })
        operators = []
      }
    }
    return [...segments, { operators, gateway: undefined }]
  }

  #step({ name, task, options }: Part & { readonly kind: 'step' }): StepPlan {
    if (typeof name !== 'string' || name === '') {
      throw new Failure('INVALID_OPTION', `step: expected a name, got ${name === '' ? 'an empty one' : typeof name}`)
    }
    if (this.#names.has(name)) throw new Failure('INVALID_OPTION', `step: there are two steps ${name}: name one anew`)
    this.#names.add(name)
    return this.#task(name, task, parseOptions(stepSchema, options, `step ${name}`) as StepOptions<unknown>)
  }

  /** What makes the iterable that the gateway behind it opens. */
  #expanding({ task, options }: Part & { readonly kind: 'flatMap' }): StepPlan {
    const parsed = parseOptions(flatMapSchema, options, 'flatMap') as FlatMapOptions<unknown>
    if (parsed.name !== undefined)
      return this.#step({ kind: 'step', name: parsed.name, task, options: without(parsed) })
    return this.#task(this.#unique('flatMap'), task, parsed)
  }

  #task(name: string, task: (Part & { readonly kind: 'step' })['task'], options: StepOptions<unknown>): StepPlan {
    const plan = taskPlan(this.#scope.parts, task, { ...options, name }, `step ${name}`, this.#counted)
    const concurrency = Math.min(options.concurrency ?? idleFactor * plan.lane.capacity, this.#run.concurrency)
    return { kind: 'step', name, task: plan, concurrency, known: options.known, ended: options.ended }
  }

  #filter(keep: (value: unknown) => unknown): Filter {
    if (typeof keep !== 'function') {
      throw new Failure('INVALID_INPUT', `filter: expected a function that says what to keep, got ${typeof keep}`)
    }
    const name = this.#unique(keep.name || 'filter')
    return { kind: 'filter', name, keep, dropped: new Failure('FILTERED', `${name} did not keep it`) }
  }

  #gateway(
    part: Exclude<Part, { readonly kind: 'step' | 'filter' }>,
    operators: readonly { name: string }[],
  ): GatewayPlan {
    if (part.kind === 'flatMap') return { kind: part.kind, name: operators.at(-1)!.name }
    const name = this.#unique(part.kind)
    if (part.kind === 'batch' && !v.is(count, part.size)) {
      throw new Failure('INVALID_OPTION', `batch: expected how many, 1 or more, got ${String(part.size)}`)
    }
    if (part.kind === 'reduce' && typeof part.fold !== 'function') {
      throw new Failure('INVALID_INPUT', `reduce: expected a function that folds, got ${typeof part.fold}`)
    }
    return { ...part, name }
  }

  #unique(name: string): string {
    let unique = name
    for (let number = 2; this.#names.has(unique) || this.#reserved.has(unique); number += 1)
      unique = `${name} ${number}`
    this.#names.add(unique)
    return unique
  }
}

function without({ name, ...options }: FlatMapOptions<unknown>): StepOptions<unknown> {
  return options
}

/**
 * How many items may be in a segment: twice what its steps may run at the same time, so that each finds some waiting; where the order is kept,
 * twice as many again. Beside those that wait for batches, only as many as the other steps need. Tasks beyond the slots of their lane wait for a
 * worker or a child run.
 */
export function windowsOf(segment: SegmentPlan, plan: PipelinePlan): Windows {
  const others = segment.operators.filter((one) => one.kind !== 'step' || !isInBatches(one.task.lane))
  // Where the order is kept, what was answered may have to wait for what was not.
  const isBounded = !plan.isOrdered && others.length < segment.operators.length
  const besideBatches = isBounded ? Math.max(batchRoom, windowOf({ ...segment, operators: others }, plan)) : undefined
  return { all: windowOf(segment, plan), besideBatches }
}

function windowOf({ operators }: SegmentPlan, { run, isOrdered }: PipelinePlan): number {
  let items = 0
  for (const one of operators) {
    if (one.kind !== 'step') continue
    const { concurrency, task } = one
    items += Math.max(concurrency, 2 * Math.min(concurrency, task.lane.capacity))
  }
  return (isOrdered ? 2 : 1) * Math.min(items || stepless, 2 * run.concurrency)
}

/** Where nothing runs, items only pass by, or wait to be taken. */
const stepless = 16
