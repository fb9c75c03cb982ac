import * as v from 'valibot'
import type { Failure } from '../core/failure.ts'
import { parseOptions } from '../core/options.ts'
import type { Outcome } from '../core/outcome.ts'
import type { MapOptions, MapRun, Source } from '../core/run.ts'
import type { Task } from '../core/task.ts'
import type { Collector } from './collector.ts'
import { ItemCourse } from './item-course.ts'
import { LiveRun } from './live-run.ts'
import type { Scope } from './parts.ts'
import { AwaitedRun } from './run-handle.ts'
import { planned, type RunPlan, runEntries, runPlan } from './run-plan.ts'
import { type TaskPlan, taskEntries, taskPlan } from './task-plan.ts'

/** Runs a task for every item of a source, as many at once as its lane allows, and gathers the outcomes in input order. */
export function map<I, O>(scope: Scope, source: Source<I>, task: Task<I, O>, options?: MapOptions<I>): MapRun<O, I> {
  const plan = itemPlan(scope, 'map', task, () => parseOptions(mapSchema, options, 'map') as MapOptions<I>)
  const gathered = new Gathered<O, I>()
  const run = new LiveRun(scope, plan.run)
  run.take(new ItemCourse(run, source, plan.task, plan.concurrency, gathered)).start()
  return new AwaitedRun(run, gathered.all, scope.parent?.attempt)
}

const mapSchema = v.strictObject({ ...taskEntries, ...runEntries })

/** What a run of one task for many items is to do. */
export interface ItemPlan<I, O> {
  readonly run: RunPlan
  readonly task: TaskPlan<I, O>
  readonly concurrency: number
}

/** Tasks of a run, by its lane's slots: those that wait for workers hold none, and must not keep the lane from others. */
const idleFactor = 2

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
    const concurrency = options.concurrency ?? idleFactor * planned.lane.capacity
    return { run: { ...runPlan(options, planned.name), concurrency }, task: planned, concurrency }
  }
  const refused = (run: RunPlan): ItemPlan<I, O> => {
    return { run, task: taskPlan(parts, (): never => neverRuns(), {}, what, false), concurrency: 1 }
  }
  return planned(scope, what, () => make(parse()), refused)
}

function neverRuns(): never {
  throw new TypeError('a run that was refused has no tasks')
}

class Gathered<O, I> implements Collector<O, I> {
  readonly all: Promise<Outcome<O, I>[]>
  readonly held = 0
  readonly window = Number.POSITIVE_INFINITY
  readonly #outcomes: Outcome<O, I>[] = []
  readonly #settle: PromiseWithResolvers<Outcome<O, I>[]>

  constructor() {
    this.#settle = Promise.withResolvers()
    this.all = this.#settle.promise
  }

  deliver(outcome: Outcome<O, I>): void {
    this.#outcomes[outcome.index] = outcome
  }

  ended(broken: Failure | undefined): void {
    if (broken === undefined) this.#settle.resolve(this.#outcomes)
    else this.#settle.reject(broken)
  }
}
