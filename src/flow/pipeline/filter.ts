import { Failure } from '../../core/failure.ts'
import type { Ending } from './ending.ts'

export interface Filter {
  readonly kind: 'filter'
  readonly name: string
  readonly keep: (value: unknown) => unknown
  /** The cause of what it drops without saying why. */
  readonly dropped: Failure
}

/** How it ends an item with this value. Undefined: it keeps it. */
export function verdict({ name, keep, dropped }: Filter, value: unknown): Ending | undefined {
  try {
    const kept = keep(value)
    if (Failure.is(kept)) return { status: 'skipped', cause: kept }
    if (typeof kept !== 'object' || kept === null || !('then' in kept)) {
      return kept ? undefined : { status: 'skipped', cause: dropped }
    }
    throw new Failure('INVALID_INPUT', `${name}: expected true or false, got a promise: decide that in a step before`)
  } catch (thrown) {
    return { status: 'failed', failure: Failure.from(thrown) }
  }
}
