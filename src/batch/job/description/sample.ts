import { sourceStart } from '../../sources/source.ts'
import type { JobPlan } from '../plan.ts'

export interface Sample {
  /** Inputs that are well formed. */
  readonly items: readonly unknown[]
  /** There are no more. */
  readonly isWhole: boolean
  /** What stands there and is no item. */
  readonly malformed: { readonly count: number; readonly first: string } | undefined
}

const most = 100

/** The first items of a source that can be read again; of another, none. */
export async function sampleItems({ source, limit }: JobPlan, signal: AbortSignal | undefined): Promise<Sample> {
  if (!source.isReadable) return { items: [], isWhole: false, malformed: undefined }
  const wanted = Math.min(most, limit ?? most)
  const items: unknown[] = []
  let malformed: Sample['malformed']
  let read = 0
  for await (const { input, failure } of source.items(sourceStart, signal ?? new AbortController().signal)) {
    if (read === wanted) return { items, isWhole: false, malformed }
    read += 1
    if (failure === undefined) items.push(input)
    else malformed = { count: (malformed?.count ?? 0) + 1, first: malformed?.first ?? failure.message }
  }
  return { items, isWhole: true, malformed }
}

/** Said once, and early: of each there will be a failed record. */
export function malformedNotes({ items, malformed }: Sample): string[] {
  if (malformed === undefined) return []
  const { count, first } = malformed
  return [`${count} of the first ${items.length + count} items cannot be taken, and will fail: ${first}`]
}
