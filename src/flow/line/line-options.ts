import type { OwnedTask } from '../../execute/terms.ts'
import type { Order } from '../../schedule/backlog.ts'
import type { Lane } from '../../schedule/lane.ts'
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
