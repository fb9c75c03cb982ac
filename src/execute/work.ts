import { type InlineTask, isLaneTask, isWorkerTask, type Task } from '../core/task.ts'
import type { Pool } from './terms.ts'

/** What one attempt of a task calls: a worker task stands as the call into the pool. */
export function workOf<I, O>(task: Task<I, O>, pool: Pool): InlineTask<I, O> {
  if (isWorkerTask(task)) return (input, context) => pool.run(task, input, context.signal)
  return isLaneTask(task) ? task.run : task
}
