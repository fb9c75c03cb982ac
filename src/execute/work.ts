import { Failure } from '../core/failure.ts'
import { type InlineTask, isLaneTask, isWorkerTask, type Task } from '../core/task.ts'
import type { Pool } from './terms.ts'

/**
 * What one attempt of a task calls: a worker task stands as the call into the pool.
 *
 * @param effects it changes something outside: whether it had done so when its thread died nobody knows, so that is not tried again
 */
export function workOf<I, O>(task: Task<I, O>, pool: Pool, effects = false): InlineTask<I, O> {
  if (!isWorkerTask(task)) return isLaneTask(task) ? task.run : task
  if (!effects) return (input, context) => pool.run(task, input, context.signal)
  return (input, context) => pool.run(task, input, context.signal).catch(notAgain)
}

function notAgain(thrown: unknown): never {
  if (!Failure.is(thrown) || thrown.code !== 'WORKER_LOST') throw thrown
  throw new Failure('WORKER_LOST', `${thrown.message}; it may have taken effect`, { cause: thrown.cause })
}
