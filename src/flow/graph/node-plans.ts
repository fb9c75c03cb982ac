import type { GraphTaskOptions, TaskHandle } from '../../core/graph.ts'
import type { GraphWork } from '../../core/graph-task.ts'
import type { Outcome } from '../../core/outcome.ts'
import type { Task, TaskContext } from '../../core/task.ts'
import { type TaskPlan, taskPlan } from '../line/task-plan.ts'
import type { RuntimeParts } from '../run/parts.ts'
import { NodeContext } from './context.ts'
import { kindOf } from './task-options.ts'

type SpawnFrom = <O>(context: TaskContext, name: string, handle: TaskHandle<O>) => PromiseLike<Outcome<O>>

/** What the tasks of a graph are to do, by their handles. */
export class NodePlans {
  readonly #plans = new Map<TaskHandle<unknown>, TaskPlan<unknown, unknown>>()
  readonly #parts: RuntimeParts
  readonly #counted: boolean
  readonly #spawn: SpawnFrom

  /** @param counted whether the run has a budget */
  constructor(parts: RuntimeParts, counted: boolean, spawn: SpawnFrom) {
    this.#parts = parts
    this.#counted = counted
    this.#spawn = spawn
  }

  of(handle: TaskHandle<unknown>): TaskPlan<unknown, unknown> {
    return this.#plans.get(handle)!
  }

  /**
   * Checks what a task is to do, and what the tasks that it needs are: before anything changes.
   *
   * @throws Failure `INVALID_OPTION`
   */
  add(handle: TaskHandle<unknown>): void {
    const unplanned = [handle]
    for (const next of unplanned) {
      if (this.#plans.has(next)) continue
      const options = next.options as GraphTaskOptions<unknown>
      this.#plans.set(next, taskPlan(this.#parts, this.#task(next), options, 'graph', this.#counted, kindOf(next)))
      for (const { of } of next.needs) if (typeof of !== 'string') unplanned.push(of)
    }
  }

  #task(handle: TaskHandle<unknown>): Task<unknown, unknown> {
    const work = handle.work as GraphWork<unknown, unknown>
    if (typeof work !== 'function') return work
    return (input, context) => {
      return work(input, new NodeContext(context, (name, spawned) => this.#spawn(context, name, spawned)))
    }
  }
}
