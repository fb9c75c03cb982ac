import type { Failure } from '../../core/failure.ts'
import type { Outcome } from '../../core/outcome.ts'
import type { OwnedTask } from '../../execute/terms.ts'
import type { Figures } from '../../observe/figures.ts'
import type { Reporter } from '../../observe/reporter.ts'
import type { Order } from '../../schedule/backlog.ts'
import type { Lane } from '../../schedule/lane.ts'
import type { ParentAccount, ParentRun, RuntimeParts } from '../run/parts.ts'
import type { Places } from '../run/places.ts'
import type { Unsettled } from '../run/unsettled.ts'
import type { Admission } from './admission.ts'

export interface LineOptions {
  readonly lane: Lane
  readonly priority: number
  /** Most of its tasks at the same time. */
  readonly concurrency: number
  /** Undefined: every task may begin. */
  readonly admission: Admission | undefined
  /** In which order its tasks are begun that stand ready. Default: first come, first served. */
  readonly order?: Order<OwnedTask>
  /** What it is called in the statistics, where it stands for a stage. */
  readonly stage?: string
}

/** The run that a line belongs to. */
export interface LineRun extends ParentRun {
  readonly parts: RuntimeParts
  readonly account: ParentAccount & { readonly lines: LineOfRun[] }
  readonly reporter: Reporter
  readonly unsettled: Unsettled
  /** Of its tasks, on all lines. */
  readonly places: Places
  /** Of these, second attempts beside slow ones. */
  backups: number
  /** Nothing more may begin, for now or for good. */
  readonly isHalted: boolean
  /** Whether a task that is about to wait comes too late, as the run is being stopped: then it ends at once. */
  turnAway(task: OwnedTask): boolean
  /** A task has settled, and its outcome is where it belongs. */
  settled(outcome: Outcome<unknown>): void
  /** There may be room for another task: the run may have been full for its other lines. */
  freed(): void
  /** The budget has room for nothing any more. */
  spend(cause: Failure): void
}

/** A line as its run sees it. */
export interface LineOfRun {
  readonly stage: string | undefined
  readonly figures: Figures
  nudge(): void
  wake(): void
  leave(): void
}
