import type { Failure } from '../core/failure.ts'
import type { Usage } from '../core/usage.ts'

/** What asks for a lease: one task. */
export interface Claim {
  /** Shares the lane's `perKey` limits with every other claim of this key. */
  readonly laneKey: string | undefined
  /** False once nobody waits for the lease any more. */
  readonly wanted: boolean
  /** What is reserved for it in the lane's rates. */
  readonly estimate: Usage
  /** The lease is held from now on, until `release`. Must not throw, and leaves the clock freshly read. */
  granted(): void
  /** It ends without ever having a lease: its lane was stopped. Leaves the clock freshly read. */
  skip(cause: Failure): void
}

/** One run's demand on one lane. The lane asks only when a slot is free, so waiting work needs no record of its own. */
export interface Demand {
  /** Claims of a higher one are granted first. */
  readonly priority: number
  /** Whose demand it is: parties of one priority are served in turn. */
  readonly party: object
  /** Claims that were made and wait, for a slot or for their key. */
  readonly ready: number
  /** Whether it takes nothing more now, whatever is ready: `next` would say so. It is announced when it does again. */
  readonly isFull: boolean
  /** The next claim, or undefined: then the lane forgets this demand until it is announced again. Leaves the clock freshly read. */
  next(): Claim | undefined
  /** The lane's rate does not allow this claim yet: it is to come first again. */
  putBack(claim: Claim): void
  /** The key of this claim is full: it is to be kept until `keyFreed`. */
  park(claim: Claim): void
  /** The key has a slot again, which other demands may take first. */
  keyFreed(key: string): void
}
