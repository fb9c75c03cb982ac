import type { Clock } from '../../../src/core/clock.ts'
import type { BatchLimits } from '../../../src/core/resource.ts'
import type { Secrets } from '../secrets.ts'
import type { BatchApi } from './batch-api.ts'
import type { Entry } from './entry.ts'
import type { Ledger } from './ledger.ts'

/** What the batches of a queue have in common. */
export interface Desk {
  readonly api: BatchApi
  readonly ledger: Ledger
  readonly clock: Clock
  readonly limits: BatchLimits
  readonly secrets: Secrets
  /** Aborted when the queue is closed. */
  readonly signal: AbortSignal
  /** Of what is created: aborted a little later, so that its id can be noted. */
  readonly creating: AbortSignal
  /** Ids of the batches of this queue. */
  readonly owned: Set<string>
  /** A number in [0, 1). */
  random(): number
  tell(why: string): void
  /** That request is in no batch of ours any more. */
  dropped(batch: object, hash: string): void
  /** They go into another batch. */
  gather(entries: Iterable<Entry>): void
  /** They become a batch of their own. */
  send(entries: readonly Entry[]): void
}
