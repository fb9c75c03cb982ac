import * as v from 'valibot'
import { Failure } from '../../core/failure.ts'
import { parseOptions } from '../../core/options.ts'
import type { Outcome } from '../../core/outcome.ts'
import type { Source, StreamOptions, StreamRun } from '../../core/run.ts'
import type { Task } from '../../core/task.ts'
import type { ParentAttempt } from '../../execute/terms.ts'
import { taskEntries } from '../line/task-plan.ts'
import { LiveRun } from '../run/live-run.ts'
import type { Scope } from '../run/parts.ts'
import { RunHandle } from '../run/run-handle.ts'
import { runEntries } from '../run/run-plan.ts'
import { ItemCourse } from './item-course.ts'
import { itemPlan } from './map.ts'
import { Outbox } from './outbox.ts'

/**
 * Runs a task for every item of a source and yields each outcome as it comes. Nothing is started before the first outcome is
 * asked for, and nothing is read while what runs and what waits to be taken make `concurrency` together; tasks that were read before
 * (to be tried again, or parked with their key) come on top, up to 1 024.
 */
export function stream<I, O>(
  scope: Scope,
  source: Source<I>,
  task: Task<I, O>,
  options?: StreamOptions<I>,
): StreamRun<O, I> {
  const parse = (): StreamOptions<I> => parseOptions(streamSchema, options, 'stream') as StreamOptions<I>
  const plan = itemPlan(scope, 'stream', task, parse)
  const outbox = new Outbox<O, I>(plan.concurrency, options?.ordered === true, () => run.wake())
  const run = new LiveRun(scope, plan.run)
  run.take(new ItemCourse(run, source, plan.task, plan.concurrency, outbox))
  return new IteratedRun(run, outbox, scope.parent?.attempt)
}

const streamSchema = v.strictObject({ ...taskEntries, ...runEntries, ordered: v.optional(v.boolean()) })

/** A run that starts when it is iterated, and is cancelled when the loop is left. */
export class IteratedRun<O, I> extends RunHandle implements StreamRun<O, I> {
  readonly #run: LiveRun
  readonly #outbox: Outbox<O, I>
  readonly #parent: ParentAttempt | undefined
  #iterated = false

  constructor(run: LiveRun, outbox: Outbox<O, I>, parent: ParentAttempt | undefined) {
    super(run)
    this.#run = run
    this.#outbox = outbox
    this.#parent = parent
  }

  [Symbol.asyncIterator](): AsyncIterator<Outcome<O, I>, undefined> {
    if (this.#iterated) {
      throw new Failure('INVALID_INPUT', 'a stream can be iterated once; it retains nothing: call stream() again')
    }
    this.#iterated = true
    let started = false
    return {
      next: () => {
        if (!started) this.#run.start()
        started = true
        return this.#take()
      },
      return: async () => {
        this.#run.cancel('its consumer left the loop')
        this.#outbox.discard()
        return { done: true, value: undefined }
      },
    }
  }

  /** A task that has to wait for an outcome of its child run gives its lease back meanwhile. */
  #take(): Promise<IteratorResult<Outcome<O, I>, undefined>> {
    const isThere = this.#outbox.isReady
    const taken = this.#outbox.take()
    return this.#parent === undefined || isThere ? taken : this.#parent.awaiting(taken)
  }
}
