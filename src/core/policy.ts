/**
 * What the outcomes of a run mean for the rest of it.
 *
 * - `settle`: nothing, every task has its own end.
 * - `fail-fast`: the first task that fails ends the run.
 * - `quorum(k)`: the run ends as soon as k tasks are done, or cannot be done any more.
 * - `deadline(ms)`: the run ends after so much time, with what it has.
 *
 * Ends means: what is left is `cancelled`, with the reason. Nothing rejects.
 */
export type Policy = 'settle' | 'fail-fast' | Quorum | Deadline

/** Made by `quorum(k)`. */
export interface Quorum {
  readonly kind: 'quorum'
  /** How many tasks have to be done: an integer, at least 1. */
  readonly count: number
}

/** Made by `deadline(ms)`. */
export interface Deadline {
  readonly kind: 'deadline'
  /** From the start of the run, in milliseconds; more than 0. */
  readonly deadlineMs: number
}
