import type { Listener } from '../core/event.ts'
import type { Services } from '../execute/terms.ts'
import type { LoopWatch } from '../observe/loop-watch.ts'
import type { Lane } from '../schedule/lane.ts'

/** What a run needs of its runtime. */
export interface RuntimeParts {
  readonly services: Services
  /** @throws Failure `INVALID_OPTION` when there is no lane of this name */
  lane(name: string): Lane
  readonly watch: LoopWatch
  readonly listener: Listener | undefined
  /** The runs that have begun and not ended. */
  readonly runs: Set<{ cancel(reason: string): void }>
  /** Once it is, nothing can be started any more. */
  isClosed(): boolean
}
