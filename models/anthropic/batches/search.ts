import { Failure } from '../../../src/core/failure.ts'
import type { BatchApi, BatchState } from './batch-api.ts'
import { hashIn, type NotedBatch } from './ledger.ts'

/** How often in a row the provider has to say that something is not there: what was made just now may not be everywhere yet. */
export const mostMissing = 3

/** By how much the provider's clock may differ from ours, in milliseconds: ours may be wrong by any zone, and be set right meanwhile. */
const skewMs = 26 * 3_600_000

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
 * @param misses how often results that would tell were not there, by id: `mostMissing` of one that is not this one, which may well be another
 */
export async function search(
  api: BatchApi,
  { local, intendedAt, requests }: NotedBatch,
  owned: ReadonlySet<string>,
  misses: Map<string, number>,
  signal: AbortSignal,
): Promise<Found> {
  let suspects = 0
  for await (const state of api.list(signal)) {
    if (state.createdAt < intendedAt - skewMs) break
    const missed = misses.get(state.id) ?? 0
    if (owned.has(state.id) || missed >= mostMissing || state.requests !== requests) continue
    const isIt = state.hasEnded ? await isOf(api, state.id, local, signal) : 'unclear'
    if (isIt === true) return { kind: 'there', state }
    if (isIt === 'missing') misses.set(state.id, missed + 1)
    if (isIt === false) misses.set(state.id, mostMissing)
    else suspects += 1
  }
  return suspects > 0 ? { kind: 'unclear', suspects } : { kind: 'none' }
}

/** The first result tells, if it is kept. */
async function isOf(api: BatchApi, id: string, local: string, signal: AbortSignal): Promise<boolean | 'missing'> {
  try {
    for await (const { customId } of api.results(id, signal)) return hashIn(customId, local) !== undefined
    return false
  } catch (thrown) {
    if (Failure.from(thrown).details?.status === 404) return 'missing'
    throw thrown
  }
}
