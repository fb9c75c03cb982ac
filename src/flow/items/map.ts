import * as v from 'valibot'
import type { Failure } from '../../core/failure.ts'
import { parseOptions } from '../../core/options.ts'
import type { Outcome } from '../../core/outcome.ts'
import type { MapOptions, MapRun, Source } from '../../core/run.ts'
import type { Task } from '../../core/task.ts'
import { type TaskPlan, taskEntries, taskPlan } from '../line/task-plan.ts'
import { LiveRun } from '../run/live-run.ts'
import type { Scope } from '../run/parts.ts'
import { AwaitedRun } from '../run/run-handle.ts'
import { planned, type RunPlan, runEntries, runPlan } from '../run/run-plan.ts'
import type { Collector } from './collector.ts'
import { ItemCourse } from './item-course.ts'

/** Runs a task for every item of a source, as many at once as its lane allows, and gathers the outcomes in input order. */
export function map<I, O>(scope: Scope, source: Source<I>, task: Task<I, O>, options?: MapOptions<I>): MapRun<O, I> {
  const plan = itemPlan(scope, 'map', task, () => parseMapOptions(options, 'map'))
  const { run, outcomes } = gather(scope, source, plan)
  return new AwaitedRun(run, outcomes, scope.parent?.attempt)
}

const mapSchema = v.strictObject({ ...taskEntries, ...runEntries })

export function parseMapOptions<I>(options: MapOptions<I> | undefined, what: string): MapOptions<I> {
  return parseOptions(mapSchema, options, what) as MapOptions<I>
}

/** Starts a run that gathers its outcomes. */
export function gather<I, O>(
  scope: Scope,
  source: Source<I>,
  plan: ItemPlan<I, O>,
  settled?: (outcome: Outcome<O, I>) => void,
): { readonly run: LiveRun; readonly outcomes: Promise<Outcome<O, I>[]> } {
  const gathered = new Gathered<O, I>(Array.isArray(source) ? source.length : 0, settled)
  const run = new LiveRun(scope, plan.run)
  run.take(new ItemCourse(run, source, plan.task, plan.concurrency, gathered)).start()
  return { run, outcomes: gathered.all }
}

/** What a run of one task for many items is to do. */
export interface ItemPlan<I, O> {
  readonly run: RunPlan
  readonly task: TaskPlan<I, O>
  readonly concurrency: number
}

/** Tasks of a run, by its lane's slots: those that wait for workers hold none, and must not keep the lane from others. */
const idleFactor = 2

export function usualConcurrency(lane: { readonly capacity: number }): number {
  return idleFactor * lane.capacity
}

/** @param what the pattern, as the caller wrote it */
export function itemPlan<I, O>(
  scope: Scope,
  what: string,
  task: Task<I, O>,
  parse: () => MapOptions<I>,
): ItemPlan<I, O> {
  const { parts, parent } = scope
  const make = (options: MapOptions<I>): ItemPlan<I, O> => {
    const counted = options.budget !== undefined || parent?.run.budget !== undefined
    const planned = taskPlan(parts, task, options, what, counted)
    const concurrency = options.concurrency ?? usualConcurrency(planned.lane)
    return { run: { ...runPlan(options, planned.name), concurrency }, task: planned, concurrency }
  }
  const refused = (run: RunPlan): ItemPlan<I, O> => {
    return { run, task: taskPlan(parts, (): never => neverRuns(), {}, what, false), concurrency: 1 }
  }
  return planned(scope, what, () => make(parse()), refused)
}

/** Stands for the task of a run that breaks at its start. */
export function neverRuns(): never {
  throw new TypeError('a run that was refused has no tasks')
}

/** All outcomes, in input order. */
export class Gathered<O, I> implements Collector<O, I> {
  readonly all: Promise<Outcome<O, I>[]>
  readonly held: number = 0
  readonly window: number = Number.POSITIVE_INFINITY
  readonly #outcomes: Outcome<O, I>[]
  readonly #settled: ((outcome: Outcome<O, I>) => void) | undefined
  readonly #settle: PromiseWithResolvers<Outcome<O, I>[]>

  /**
   * @param count how many there will be, where that is certain: an array that grows is copied again and again
   * @param settled is told of each as it comes
   */
  constructor(count = 0, settled?: (outcome: Outcome<O, I>) => void) {
    this.#outcomes = new Array(count)
    this.#settled = settled
    this.#settle = Promise.withResolvers()
    this.all = this.#settle.promise
  }

  deliver(outcome: Outcome<O, I>): void {
    this.#outcomes[outcome.index] = outcome
    this.#settled?.(outcome)
  }

  ended(broken: Failure | undefined): void {
    if (broken === undefined) this.#settle.resolve(this.#outcomes)
    else this.#settle.reject(broken)
  }
}
