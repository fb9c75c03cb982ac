import type { Failure } from '../core/failure.ts'
import type { Outcome } from '../core/outcome.ts'
import type { RetryPolicy } from '../core/retry.ts'
import type { BoundTask, InlineTask, Patterns, WorkerTask } from '../core/task.ts'
import type { Usage } from '../core/usage.ts'
import type { Alarms } from '../schedule/alarms.ts'
import type { Claim } from '../schedule/demand.ts'
import type { Expectation, Kind } from '../schedule/expectations.ts'
import type { Lane } from '../schedule/lane.ts'
import type { Latencies } from '../schedule/latencies.ts'
import type { Ticker } from '../schedule/ticker.ts'
import type { Resources } from './resources.ts'

/** What all tasks of one line have in common. */
export interface Terms<I, O> {
  /** What the id of each task begins with; its index follows. */
  readonly idPrefix: string
  readonly name: string
  /** What tells the same work from other work: what is learned of it, and which keys are the same. */
  readonly kind: Kind
  /** One attempt. A worker task stands here as the call into the pool. */
  readonly work: InlineTask<I, O>
  readonly lane: Lane
  readonly laneKey: ((input: I) => string | undefined) | undefined
  /** Limit on one attempt, in milliseconds. */
  readonly timeoutMs: number
  /** Limit on a task with all its attempts and the back-offs between them, in milliseconds; may be Infinity. */
  readonly totalTimeoutMs: number
  /** Whether an attempt that ran past its limit is worth another one. */
  readonly retryTimeouts: boolean
  readonly retry: RetryPolicy
  readonly hedge: Hedge | undefined
  /** Single-flight. */
  readonly key: ((input: I) => string | undefined) | undefined
  /** It was spawned by a task that others may wait for by single-flight: it waits for no other itself, which might be that very one. */
  readonly underFlight?: boolean
  /** What an attempt will use, where the caller says so. */
  readonly estimate: ((input: I) => Usage) | undefined
  /** What is known of its kind, where that is to be reserved. Neither of the two: nobody counts what it uses. */
  readonly learned: Expectation | undefined
  readonly owner: Owner<I, O>
  readonly services: Services
}

/** When an attempt that is slow gets a second one beside it. */
export interface Hedge {
  readonly afterMs: number | 'p95'
  readonly maxExtra: number
  /** Of the lane. */
  readonly latencies: Latencies
}

/** What an execution needs of the runtime. */
export interface Services {
  readonly clock: Ticker
  readonly alarms: Alarms
  readonly pool: Pool
  readonly resources: Resources
  /** A number in [0, 1). */
  random(): number
}

/** Runs worker tasks. `signal` kills the thread. */
export interface Pool {
  run<I, O>(task: WorkerTask<I, O>, input: I, signal: AbortSignal): Promise<O>
}

/** A task as its owner sees it. */
export interface OwnedTask extends Claim {
  readonly id: string
  readonly name: string
  readonly index: number
  /** Begun so far. */
  readonly attempts: number
  /** Whether an attempt is on its way. */
  readonly active: boolean
  /** Time it used itself so far, without that of the workers it called, in milliseconds. */
  readonly ownMs: number
  readonly kind: Kind
  /** Time it used, and waited for its child runs, in milliseconds. */
  readonly spanMs: number
  /** Tasks of one kind with the same one are done once. */
  readonly key: string | undefined
  /** Whether other tasks may wait for it to end, by single-flight. */
  readonly isFlight: boolean
  /** What is reserved for it in its run's budget, from `holdExpected` on for good. */
  readonly expected: Usage
  holdExpected(): void
  /** Its owner let it begin: it need not ask again when it is tried again. */
  admitted: boolean
  /** Ends it now, whatever its state. Its function gets the signal and is not waited for. */
  cancel(reason: Failure): void
  /** Asks its owner for a lease. */
  askAgain(): void
  /** Ends it before it has begun, because of something other than itself. */
  skip(cause: Failure): void
  /** Ends it before it has begun, as another task did that stood for it. */
  settleAs(outcome: Outcome<unknown>): void
  /** Place in its run's list of unsettled tasks. */
  place: number
}

/** Who a task belongs to: it is told of every change, at once. */
export interface Owner<I, O> {
  started(task: OwnedTask): void
  /** The function that was called then has returned: its result, or a promise of it. */
  returned(task: OwnedTask, calledAt: number): void
  /** It needs a lease to begin another attempt after a back-off. */
  waiting(task: OwnedTask): void
  backingOff(task: OwnedTask, failure: Failure, delayMs: number): void
  /** Its attempt was given up although it goes on (1), or such an attempt has ended after all (-1). */
  abandoned(change: 1 | -1): void
  /** `active`: whether an attempt was on its way until now. Its lane looks for more work right after this. */
  settled(task: OwnedTask, outcome: Outcome<O, I>, active: boolean, now: number): void
  /** It waits for something without its lease, by `waitFor`; or goes on. Of a call: its caller only waits meanwhile, too. */
  readonly rests?: () => void
  readonly goesOn?: () => void
  /** Starts a task for it on a lane of its own. */
  call<CI, CO>(task: OwnedTask, request: CallRequest<CI, CO>): OwnedTask
  /** Queues a second attempt beside a slow one, if it may have one. Nothing begins before the lane is pumped. */
  backup(task: Hedged<I, O>, terms: Terms<I, O>): OwnedTask | undefined
  /** It starts a child run. */
  delegates(task: OwnedTask): void
  /** The patterns by which an attempt starts child runs. */
  patterns(parent: ParentAttempt): Patterns
}

export interface CallRequest<I, O> {
  readonly task: BoundTask<I, O>
  readonly input: I
  readonly timeoutMs: number
  readonly caller: Caller<I, O>
}

/** What the attempt that called is told of it. */
export interface Caller<I, O> {
  started(): void
  /** It was refused and waits for its lane again, or waits for something else than that. `started` follows. */
  refused(): void
  settled(call: OwnedTask, outcome: Outcome<O, I>): void
}

/** A task with a slow attempt, as the second one sees it. */
export interface Hedged<I, O> extends OwnedTask {
  readonly input: I
  /** The same task once more, on other terms: where its index and its input do not say all. */
  twin?(terms: Terms<I, O>): OwnedTask
  backupStarted(): void
  backupSettled(outcome: Outcome<O, I>): void
}

/** An attempt as its child runs see it. */
export interface ParentAttempt {
  /** Of its task. */
  readonly id: string
  /** Whether other tasks may wait for its task to end, by single-flight. */
  readonly isFlight: boolean
  readonly isOver: boolean
  /** Why no child can be started any more. */
  readonly over: Failure | undefined
  /** The child ends with the attempt at the latest. */
  adopt(child: Child): void
  release(child: Child): void
  /** The same promise for the attempt's function: its lease is free until it settles, and held again before it does. */
  awaiting<T>(promise: Promise<T>): Promise<T>
}

export interface Child {
  cancel(reason: string): void
}
