import type { GraphTaskOptions, TaskHandle } from '../../core/graph.ts'
import type { GraphWork } from '../../core/graph-task.ts'
import type { Task } from '../../core/task.ts'
import { type TaskPlan, taskPlan } from '../line/task-plan.ts'
import type { RuntimeParts } from '../run/parts.ts'
import { NodeContext, type SpawnFrom } from './context.ts'
import { kindOf } from './task-options.ts'

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
   * Checks what a task is to do.
   *
   * @throws Failure `INVALID_OPTION`
   */
  add(handle: TaskHandle<unknown>): void {
    const options = handle.options as GraphTaskOptions<unknown>
    this.#plans.set(handle, taskPlan(this.#parts, this.#task(handle), options, 'graph', this.#counted, kindOf(handle)))
  }

  /**
   * The same, and for what it needs: before anything changes.
   *
   * @throws Failure `INVALID_OPTION`
   */
  addWhole(handle: TaskHandle<unknown>): void {
    const unplanned = [handle]
    for (const next of unplanned) {
      if (this.#plans.has(next)) continue
      this.add(next)
      for (const { of } of next.needs) if (typeof of !== 'string') unplanned.push(of)
    }
  }

  #task(handle: TaskHandle<unknown>): Task<unknown, unknown> {
    const work = handle.work as GraphWork<unknown, unknown>
    if (typeof work !== 'function') return work
    return (input, context) => {
      return work(input, new NodeContext(context, this.#spawn))
    }
  }
}
