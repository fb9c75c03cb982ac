import type { Failure, FailureRecord } from '../../../core/failure.ts'

/** The account or the key was refused: that says nothing of the item, and the same work may succeed once it is put right. */
export function isOfAccount({ code, kind }: Pick<Failure, 'code' | 'kind'> | FailureRecord): boolean {
  return kind === 'auth' || kind === 'spending-cap' || code === 'LANE_STOPPED'
}
