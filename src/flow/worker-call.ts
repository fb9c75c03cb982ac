import { defaultRetry } from '../core/retry.ts'
import { Execution } from '../execute/execution.ts'
import type { CallRequest, OwnedTask, Owner, Services, Terms } from '../execute/terms.ts'
import { Fifo } from '../schedule/fifo.ts'
import type { Claim, Demand, Lane } from '../schedule/lane.ts'

/** The worker tasks that the tasks of one run have called and that wait for the cpu lane: first come, first served. */
export class CallLine implements Demand {
  queued = false
  readonly lane: Lane
  readonly #waiting = new Fifo<Claim>()

  private constructor(lane: Lane) {
    this.lane = lane
  }

  static on(lane: Lane): CallLine {
    const line = new CallLine(lane)
    lane.join(line)
    return line
  }

  push(claim: Claim): void {
    this.#waiting.push(claim)
    this.lane.announce(this)
  }

  next(): Claim | undefined {
    return this.#waiting.shift()
  }

  get ready(): number {
    return this.#waiting.size
  }

  // Calls have no key.
  park(): void {}

  keyFreed(): void {}
}

export interface WorkerCall<I, O> extends CallRequest<I, O> {
  /** Of the task that calls. */
  readonly id: string
  /** Told of every change, beside the caller. */
  readonly watcher: Pick<Owner<I, O>, 'returned' | 'abandoned'> & { ran(ms: number): void }
}

/** One attempt on a worker, no retry: its failure is the caller's. */
export function startWorkerCall<I, O>(line: CallLine, services: Services, call: WorkerCall<I, O>): OwnedTask {
  const { task, caller, watcher } = call
  const push = (task: OwnedTask): void => line.push(task)
  const terms: Terms<I, O> = {
    idPrefix: `${call.id}/${task.export}/`,
    name: task.export,
    work: (input, context) => services.pool.run(task, input, context.signal),
    lane: line.lane,
    laneKey: undefined,
    timeoutMs: call.timeoutMs,
    totalTimeoutMs: Number.POSITIVE_INFINITY,
    retryTimeouts: false,
    retry: { ...defaultRetry, maxAttempts: 1 },
    services,
    owner: {
      started: () => caller.started(),
      returned: (task, now, ms) => watcher.returned(task, now, ms),
      waiting: push,
      backingOff: () => {},
      abandoned: (change) => watcher.abandoned(change),
      settled: (task, outcome) => {
        watcher.ran(outcome.runMs)
        caller.settled(task, outcome)
      },
      call: () => {
        throw new TypeError('a worker task runs on its thread and cannot call another one')
      },
    },
  }
  const execution = new Execution(terms, 0, call.input, services.clock.now())
  line.push(execution)
  return execution
}
