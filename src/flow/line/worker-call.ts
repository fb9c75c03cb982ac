import { defaultRetry } from '../../core/retry.ts'
import { Execution } from '../../execute/execution.ts'
import type { CallRequest, OwnedTask, Owner, Services, Terms } from '../../execute/terms.ts'
import { Backlog } from '../../schedule/backlog.ts'
import type { Claim, Demand } from '../../schedule/demand.ts'
import type { Lane } from '../../schedule/lane.ts'
import type { Seat } from '../../schedule/seat.ts'

/** The worker tasks that the tasks of one line have called and that wait for the cpu lane, with the same priority: first come, first served. */
export class CallLine implements Demand {
  readonly lane: Lane
  readonly priority: number
  readonly party: object
  readonly #seat: Seat
  readonly #backlog = new Backlog<OwnedTask>()

  /** @param party the run at the top of the tree */
  constructor(lane: Lane, party: object, priority: number) {
    this.lane = lane
    this.priority = priority
    this.party = party
    this.#seat = lane.join(this)
  }

  push(call: OwnedTask): void {
    this.#backlog.push(call)
    this.#seat.announce()
  }

  next(): Claim | undefined {
    return this.#backlog.next()
  }

  get ready(): number {
    return this.#backlog.size
  }

  putBack(call: Claim): void {
    this.#backlog.putBack(call as OwnedTask)
  }

  park(call: Claim): void {
    this.#backlog.park(call as OwnedTask)
  }

  keyFreed(key: string): void {
    this.#backlog.keyFreed(key)
  }

  leave(): void {
    this.#seat.leave()
  }
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
    kind: task,
    work: (input, context) => services.pool.run(task, input, context.signal),
    lane: line.lane,
    laneKey: undefined,
    timeoutMs: call.timeoutMs,
    totalTimeoutMs: Number.POSITIVE_INFINITY,
    retryTimeouts: false,
    retry: { ...defaultRetry, maxAttempts: 1 },
    hedge: undefined,
    key: undefined,
    estimate: undefined,
    learned: undefined,
    services,
    owner: {
      started: () => caller.started(),
      returned: (task, calledAt) => watcher.returned(task, calledAt),
      waiting: push,
      backingOff: () => {},
      abandoned: (change) => watcher.abandoned(change),
      settled: (task, outcome) => {
        watcher.ran(outcome.runMs)
        caller.settled(task, outcome)
      },
      call: onItsThread,
      backup: () => undefined,
      delegates: onItsThread,
      patterns: onItsThread,
    },
  }
  const execution = new Execution(terms, 0, call.input, services.clock.now())
  line.push(execution)
  return execution
}

function onItsThread(): never {
  throw new TypeError('a worker task runs on its thread: it has no context')
}
