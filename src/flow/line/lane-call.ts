import { defaultRetry } from '../../core/retry.ts'
import { isLaneTask, isWorkerTask } from '../../core/task.ts'
import { Execution } from '../../execute/execution.ts'
import type { CallRequest, OwnedTask, Owner, Services, Terms } from '../../execute/terms.ts'
import { workOf } from '../../execute/work.ts'
import { Backlog } from '../../schedule/backlog.ts'
import type { Claim, Demand } from '../../schedule/demand.ts'
import type { Lane } from '../../schedule/lane.ts'
import type { Seat } from '../../schedule/seat.ts'
import { estimateIn, estimator } from './estimator.ts'

/** What the tasks of one line have called and what waits for its own lane, with the same priority: first come, first served. */
export class CallLine implements Demand {
  readonly lane: Lane
  readonly priority: number
  readonly party: object
  readonly isFull: boolean = false
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

/** The calls of a line, by their lanes. */
export class CallLines {
  readonly #lines = new Map<string, CallLine>()

  /** @param make for the first call on a lane */
  of(lane: string, make: () => CallLine): CallLine {
    let line = this.#lines.get(lane)
    if (line === undefined) {
      line = make()
      this.#lines.set(lane, line)
    }
    return line
  }

  leave(): void {
    for (const line of this.#lines.values()) line.leave()
  }
}

export interface LaneCall<I, O> extends CallRequest<I, O> {
  /** Of the task that calls. */
  readonly id: string
  /** Whether others may wait for that task, by single-flight. */
  readonly isFlight: boolean
  /** The line of the caller, told of every change beside it. */
  readonly watcher: Pick<Owner<I, O>, 'returned' | 'abandoned' | 'call' | 'patterns'> & {
    ran(ms: number): void
    /** It starts a child run. What is reserved is reserved for the task of the line that has called. */
    delegates(): void
  }
}

/** One attempt on its lane, no retry: its failure is the caller's. Only what the lane was refused is queued again. */
export function startLaneCall<I, O>(line: CallLine, services: Services, call: LaneCall<I, O>): OwnedTask {
  const { task, caller, watcher } = call
  const push = (task: OwnedTask): void => line.push(task)
  const name = isWorkerTask(task) ? task.export : task.name
  const terms: Terms<I, O> = {
    idPrefix: `${call.id}/${name}/`,
    name,
    kind: isLaneTask(task) ? (task.defaults?.kind ?? task.run) : task,
    work: workOf(task, services.pool),
    lane: line.lane,
    laneKey: undefined,
    timeoutMs: call.timeoutMs,
    totalTimeoutMs: Number.POSITIVE_INFINITY,
    retryTimeouts: !isWorkerTask(task),
    retry: { ...defaultRetry, maxAttempts: 1 },
    hedge: undefined,
    key: undefined,
    underFlight: call.isFlight,
    estimate:
      line.lane.throttle.countsTokens && isLaneTask(task)
        ? estimator(estimateIn(line.lane, task.defaults?.estimate))
        : undefined,
    learned: undefined,
    services,
    owner: {
      started: () => caller.started(),
      returned: (task, calledAt) => watcher.returned(task, calledAt),
      waiting: push,
      backingOff: () => caller.refused(),
      rests: () => caller.refused(),
      goesOn: () => caller.started(),
      abandoned: (change) => watcher.abandoned(change),
      settled: (task, outcome) => {
        watcher.ran(outcome.runMs)
        caller.settled(task, outcome)
      },
      call: (task, request) => watcher.call(task, request),
      backup: () => undefined,
      delegates: () => watcher.delegates(),
      patterns: (attempt) => watcher.patterns(attempt),
    },
  }
  const execution = new Execution(terms, 0, call.input, services.clock.now())
  line.push(execution)
  return execution
}
