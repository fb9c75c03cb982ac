import * as v from 'valibot'
import { Failure } from '../../src/core/failure.ts'
import { parseOptions } from '../../src/core/options.ts'
import type { InlineTask, TaskContext } from '../../src/core/task.ts'
import { transfer } from '../../src/core/transfer.ts'
import { text as textTasks } from '../../src/worker-files.ts'
import type { Duplicate } from '../../workers/lexical/near-duplicates.ts'
import type { Embedder } from '../model.ts'
import { batchesOf, mapBounded } from './batches.ts'
import { checkedModel } from './checked-model.ts'
import { checkedVectors } from './checked-vectors.ts'
import { embedAll } from './embed.ts'
import { packed, Table } from './table.ts'
import { type TextSource, textsFrom } from './text-of.ts'

export interface DedupeOptions<T> {
  /** What tells how alike two texts are: their runs of words (`minhash`, the default), or the cosine of their vectors. */
  readonly by?: 'minhash' | Embedder
  /** How alike two are that count as one, above 0 and at most 1. Default 0.7 by MinHash, 0.95 by an embedder. */
  readonly threshold?: number
  /** Words in a run, for MinHash. Fewer forgive more edits. Default 2. */
  readonly shingle?: number
  /** Gives an item's text. Default: the item is a text, or holds one: see `TextSource`. */
  readonly text?: (item: T) => string
}

export interface Deduped<T> {
  /** What is left, in its order: of those that are alike the first. */
  readonly kept: readonly T[]
  /** What was left out, in its order: where it stood, which of the kept ones it is like (its index in the input), and how much. */
  readonly duplicates: readonly Duplicate[]
}

const options = v.strictObject({
  // Checked as a model: a copy of its own properties might be none.
  by: v.optional(v.unknown()),
  threshold: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1))),
  shingle: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  text: v.optional(v.function()),
})

/**
 * Leaves out what is nearly the same as something before it: `weft.call(dedupe(), texts)`, `.collect().step('dedupe', dedupe())`. What is
 * left out is as like one that is kept as `threshold` says. All of it is worked out on the cpu lane, and where the model is; the same
 * items give the same result.
 *
 * - By MinHash similarity is that of the sets of word runs (Jaccard), estimated: see `signaturesOf`. Texts without words are all alike. A
 *   million texts of 40 words took 49 s on 2 cores, and 0.65 GB beside the texts.
 * - By an embedder every item is compared with all that are kept: fine for thousands. Texts without content are like nothing.
 *
 * @throws Failure `INVALID_OPTION`. Its tasks: `INVALID_INPUT`, and what those of `embed` throw
 */
export function dedupe<T extends TextSource>(options?: DedupeOptions<T>): InlineTask<readonly T[], Deduped<T>>
export function dedupe<T>(
  options: DedupeOptions<T> & Required<Pick<DedupeOptions<T>, 'text'>>,
): InlineTask<readonly T[], Deduped<T>>
export function dedupe<T>(given: DedupeOptions<T> = {}): InlineTask<readonly T[], Deduped<T>> {
  const { by = 'minhash', threshold, shingle = 2, text } = parseOptions(options, given, 'dedupe') as DedupeOptions<T>
  if (by !== 'minhash') checkedModel(by, 'embed', 'dedupe')
  if (by !== 'minhash' && given.shingle !== undefined) {
    throw new Failure('INVALID_OPTION', 'dedupe: option shingle is for by: minhash')
  }
  return async function dedupe(items, context) {
    if (!Array.isArray(items)) throw new Failure('INVALID_INPUT', 'dedupe: expected an array of items')
    const batches = batchesOf(textsFrom(items, text, 'dedupe'), batchSize)
    if (batches.length === 0) return { kept: [], duplicates: [] }
    const duplicates =
      by === 'minhash'
        ? await likeByRuns(batches, { threshold: threshold ?? 0.7, shingle }, context)
        : await likeByVectors(batches, { threshold: threshold ?? 0.95, model: by }, context)
    const out = new Set(duplicates.map(({ index }) => index))
    return { kept: items.filter((_, index) => !out.has(index)), duplicates }
  }
}

const batchSize = 256

/** Bounds how many batches, and vectors of them, are on their way at the same time. */
const batchesAtOnce = 16

async function likeByRuns(
  batches: Batches,
  { threshold, shingle }: RunTerms,
  context: TaskContext,
): Promise<Duplicate[]> {
  const table = new Table((length) => new Uint16Array(length), batches)
  await mapBounded(batches, batchesAtOnce, async (texts, index) => {
    table.fill(index, await context.call(textTasks.signaturesOf, { texts, shingle }))
  })
  const signatures = table.values
  return context.call(textTasks.nearDuplicates, transfer({ signatures, threshold }, [signatures.buffer]))
}

async function likeByVectors(
  batches: Batches,
  { threshold, model }: VectorTerms,
  context: TaskContext,
): Promise<Duplicate[]> {
  const embedded = embedAll(model)
  const table = new Table((length) => new Float32Array(length), batches)
  await mapBounded(batches, batchesAtOnce, async (texts, index) => {
    const vectors = await context.call(embedded, texts)
    table.fill(index, packed(checkedVectors(model, texts, vectors, table.rowLength || undefined)).values)
  })
  const { values, rowLength: dimensions } = table
  return context.call(textTasks.closeVectors, transfer({ rows: { dimensions, values }, threshold }, [values.buffer]))
}

type Batches = readonly (readonly string[])[]

interface RunTerms {
  readonly threshold: number
  readonly shingle: number
}

interface VectorTerms {
  readonly threshold: number
  readonly model: Embedder
}
