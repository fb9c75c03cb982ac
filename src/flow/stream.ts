import { Failure } from '../core/failure.ts'
import type { Outcome } from '../core/outcome.ts'
import type { Source, StreamOptions, StreamRun } from '../core/run.ts'
import type { Task } from '../core/task.ts'
import { FlowRun } from './flow-run.ts'
import { streamJob } from './job.ts'
import { Outbox } from './outbox.ts'
import type { RuntimeParts } from './parts.ts'
import { RunHandle } from './run-handle.ts'

/**
 * Runs a task for every item of a source and yields each outcome as it comes. Nothing is started before the first outcome is
 * asked for, and nothing is read while what runs and what waits to be taken make `concurrency` together; tasks that were read before
 * (to be tried again, or parked with their key) come on top, up to 1 024.
 */
export function stream<I, O>(
  parts: RuntimeParts,
  source: Source<I>,
  task: Task<I, O>,
  options?: StreamOptions<I>,
): StreamRun<O, I> {
  const job = streamJob(parts, source, task, options)
  const outbox = new Outbox<O, I>(job.concurrency, job.ordered, () => run.wake())
  const run = new FlowRun(parts, job, outbox)
  return new StreamHandle(run, outbox)
}

class StreamHandle<I, O> extends RunHandle<I, O> implements StreamRun<O, I> {
  readonly #run: FlowRun<I, O>
  readonly #outbox: Outbox<O, I>
  #iterated = false

  constructor(run: FlowRun<I, O>, outbox: Outbox<O, I>) {
    super(run)
    this.#run = run
    this.#outbox = outbox
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
        return this.#outbox.take()
      },
      return: async () => {
        this.#run.cancel('its consumer left the loop')
        this.#outbox.discard()
        return { done: true, value: undefined }
      },
    }
  }
}
