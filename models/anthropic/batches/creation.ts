import { Failure } from '../../../src/core/failure.ts'
import type { BatchState } from './batch-api.ts'
import type { Desk } from './desk.ts'
import type { Entry } from './entry.ts'
import { customIdOf } from './ledger.ts'

/** What came of asking for a batch to be created. */
export type Creation =
  | { readonly kind: 'there'; readonly state: BatchState }
  /** It is not there. */
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'too-large' }
  /** It may be there. */
  | { readonly kind: 'unclear'; readonly failure: Failure }

export async function creationOf(
  { api, creating }: Pick<Desk, 'api' | 'creating'>,
  local: string,
  entries: readonly Entry[],
): Promise<Creation> {
  const requests = entries.map(({ hash, json: params = nothing, bytes }) => {
    return { customId: customIdOf(local, hash), params, bytes }
  })
  try {
    return { kind: 'there', state: await api.create(requests, creating) }
  } catch (thrown) {
    const failure = Failure.from(thrown)
    const status = failure.details?.status
    if (status === 413 && entries.length > 1) return { kind: 'too-large' }
    return { kind: isCertain(failure) ? 'refused' : 'unclear', failure }
  }
}

const nothing = new Uint8Array()

/** Whether nothing was created: it was said so, or nothing was sent. */
function isCertain({ code, details }: Failure): boolean {
  const status = typeof details?.status === 'number' ? details.status : 0
  // 408, a proxy's, may come when all was sent.
  return code === 'CONNECT_FAILED' || (status >= 300 && status < 500 && status !== 408) || status === 529
}
