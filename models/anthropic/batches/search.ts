import type { BatchApi, BatchState } from './batch-api.ts'
import { hashIn, type NotedBatch } from './ledger.ts'

/** By how much the provider's clock may differ from ours, in milliseconds. */
const skewMs = 3_600_000

/** What was found out about a batch that may have been created. */
export type Found =
  | { readonly kind: 'there'; readonly state: BatchState }
  /** Batches that may be it, and have no results yet that would say so. */
  | { readonly kind: 'unclear'; readonly suspects: number }
  | { readonly kind: 'none' }

/**
 * Looks for a batch that was to be created, among those that the provider has. Custom ids say whose a batch is, and they stand in its results:
 * one that has not ended, with as many requests and no owner, may be it.
 *
 * @param owned ids that are known to be of some batch of ours
 * @param others ids that were found not to be of this one, which may well be of another; those that are found now are added
 */
export async function search(
  api: BatchApi,
  { local, intendedAt, requests }: NotedBatch,
  owned: ReadonlySet<string>,
  others: Set<string>,
  signal: AbortSignal,
): Promise<Found> {
  let suspects = 0
  for await (const state of api.list(signal)) {
    if (state.createdAt < intendedAt - skewMs) break
    if (owned.has(state.id) || others.has(state.id) || state.requests !== requests) continue
    if (!state.hasEnded) suspects += 1
    else if (await isOf(api, state.id, local, signal)) return { kind: 'there', state }
    else others.add(state.id)
  }
  return suspects > 0 ? { kind: 'unclear', suspects } : { kind: 'none' }
}

/** The first result tells. */
async function isOf(api: BatchApi, id: string, local: string, signal: AbortSignal): Promise<boolean> {
  for await (const { customId } of api.results(id, signal)) return hashIn(customId, local) !== undefined
  return false
}
