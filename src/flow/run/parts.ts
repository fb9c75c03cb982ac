import type { Listener } from '../../core/event.ts'
import type { Failure } from '../../core/failure.ts'
import type { Patterns } from '../../core/task.ts'
import type { OwnedTask, ParentAttempt, Services } from '../../execute/terms.ts'
import type { Figures } from '../../observe/figures.ts'
import type { LoopWatch } from '../../observe/loop-watch.ts'
import type { Budget } from '../../schedule/budget.ts'
import type { Expectations } from '../../schedule/expectations.ts'
import type { Flights } from '../../schedule/flights.ts'
import type { Lane } from '../../schedule/lane.ts'
import type { Starving } from './starving.ts'

/** What a run needs of its runtime. */
export interface RuntimeParts {
  readonly services: Services
  /** @throws Failure `INVALID_OPTION` when there is no lane of this name */
  lane(name: string): Lane
  readonly watch: LoopWatch
  readonly expectations: Expectations
  /** Tasks that stand for others with the same key. */
  readonly flights: Flights<OwnedTask>
  readonly listener: Listener | undefined
  /** The runs that have begun and not ended, child runs aside. */
  readonly runs: Set<{ cancel(reason: string): void }>
  /** Once it is, nothing can be started any more. */
  isClosed(): boolean
  /** All patterns in a scope. */
  patterns(scope: Scope): Patterns
}

/** Where a run is started: by a program, or by an attempt of a task, whose child it then is. */
export interface Scope {
  readonly parts: RuntimeParts
  readonly parent: Parent | undefined
}

export interface Parent {
  readonly attempt: ParentAttempt
  readonly run: ParentRun
}

/** A run as its child runs see it. */
export interface ParentRun {
  readonly id: string
  /** The one at the top of the tree. */
  readonly root: object
  readonly budget: Budget | undefined
  /** Of the whole tree. */
  readonly starving: Starving
  readonly paused: boolean
  /** It is being cancelled, or what it is a child of is given up: nothing may begin, though not all has heard of it yet. */
  readonly isGivenUp: boolean
  /** Whether another task may wait, by single-flight, for one that waits for this run's children. */
  readonly underFlight: boolean
  readonly account: ParentAccount
}

/** What a run counts, as its child runs see it. */
export interface ParentAccount {
  /** Those that have begun and not ended. */
  readonly children: Set<ChildRun>
  /** The child has ended: what it counted is part of these figures. */
  absorb(child: ChildRun): void
  countAbandoned(change: 1 | -1): void
}

export interface ChildRun {
  readonly name: string
  /** Of its own tasks and those of its child runs. */
  readonly total: Figures
  wake(): void
  /** The time of a budget that it is within is over. */
  expire(cause: Failure): void
}
