import type { Failure } from '../../core/failure.ts'
import type { Outcome } from '../../core/outcome.ts'
import type { OwnedTask } from '../../execute/terms.ts'
import type { Figures } from '../../observe/figures.ts'
import type { Reporter } from '../../observe/reporter.ts'
import type { ParentAccount, ParentRun, RuntimeParts } from './parts.ts'
import type { Places } from './places.ts'
import type { Unsettled } from './unsettled.ts'

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
