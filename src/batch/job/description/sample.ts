import { sourceStart } from '../../sources/source.ts'
import type { JobPlan } from '../plan.ts'

export interface Sample {
  /** Inputs that are well formed. */
  readonly items: readonly unknown[]
  /** There are no more. */
  readonly isWhole: boolean
}

const most = 100

/** The first items of a source that can be read again; of another, none. */
export async function sampleItems({ source, limit }: JobPlan, signal: AbortSignal | undefined): Promise<Sample> {
  if (!source.isReadable) return { items: [], isWhole: false }
  const wanted = Math.min(most, limit ?? most)
  const items: unknown[] = []
  let read = 0
  for await (const { input, failure } of source.items(sourceStart, signal ?? new AbortController().signal)) {
    if (read === wanted) return { items, isWhole: false }
    read += 1
    if (failure === undefined) items.push(input)
  }
  return { items, isWhole: true }
}
