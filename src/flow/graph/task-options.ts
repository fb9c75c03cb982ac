import * as v from 'valibot'
import type { TaskHandle } from '../../core/graph.ts'
import { laneOf as ownLaneOf, type Task } from '../../core/task.ts'
import type { Expectations, Kind } from '../../schedule/expectations.ts'
import { kindOfWork, taskEntries } from '../line/task-plan.ts'
import { notNegative } from '../run/run-plan.ts'

/** The options of a graph's task, as they were given: defaults are the runtime's. */
export const taskOptions: v.StrictObjectSchema<v.ObjectEntries, undefined> = v.strictObject({
  ...taskEntries,
  // Read apart; they stand here so that a misspelt one is told what it may have meant.
  needs: v.optional(v.unknown()),
  input: v.optional(v.function()),
  expectedMs: v.optional(v.pipe(notNegative, v.finite())),
})

/** What a task's duration is learned under. */
export function kindOf({ options, work }: TaskHandle<unknown>): Kind {
  return kindOfWork(work as Task<never, unknown>, options.kind)
}

export function laneOf({ options, work }: TaskHandle<unknown>): string {
  return options.lane ?? ownLaneOf(work as Task<never, unknown>) ?? 'io'
}

/** How long an attempt is expected to take, in milliseconds: what its options say, else what was learned of its kind. */
export function expectedMsOf(handle: TaskHandle<unknown>, learned: Pick<Expectations, 'expectedMs'>): number {
  return handle.options.expectedMs ?? learned.expectedMs(kindOf(handle))
}
