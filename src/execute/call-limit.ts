import * as v from 'valibot'
import { Failure } from '../core/failure.ts'
import { parseOptions } from '../core/options.ts'
import { type BoundTask, type CallOptions, isWorkerTask, laneOf } from '../core/task.ts'

const limit = v.pipe(v.number(), v.gtValue(0))
const callOptions = v.strictObject({ timeoutMs: v.optional(limit, Number.POSITIVE_INFINITY) })

/**
 * How long a call may run, in milliseconds, once it is clear that it can be made.
 *
 * @throws Failure `INVALID_INPUT` for a task without a lane of its own, `INVALID_OPTION`
 */
export function callLimitMs(task: BoundTask<never, unknown>, options: CallOptions | undefined): number {
  if (laneOf(task) === undefined) {
    throw new Failure(
      'INVALID_INPUT',
      'context.call: expected a task with a lane of its own: see worker() and generate()',
    )
  }
  if (laneOf(task) === 'cpu' && !isWorkerTask(task)) {
    throw new Failure('INVALID_OPTION', 'context.call: lane cpu is for worker tasks: see worker()')
  }
  return parseOptions(callOptions, options, 'context.call').timeoutMs
}
