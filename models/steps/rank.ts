import * as v from 'valibot'
import { Failure } from '../../src/core/failure.ts'
import { parseOptions } from '../../src/core/options.ts'
import type { InlineTask } from '../../src/core/task.ts'
import { transfer } from '../../src/core/transfer.ts'
import { text as textTasks } from '../../src/worker-files.ts'
import { lexical } from '../lexical.ts'
import type { Embedder } from '../model.ts'
import { batchesOf, mapBounded } from './batches.ts'
import { checkedModel } from './checked-model.ts'
import { checkedVectors } from './checked-vectors.ts'
import { embedAll } from './embed.ts'
import { packed } from './table.ts'
import { type TextSource, textsFrom } from './text-of.ts'

export interface RankOptions<T> {
  /** Default `lexical`. */
  readonly model?: Embedder
  /** How many of the best are given. Default: all. */
  readonly top?: number
  /** Share of the vectors' similarity in the score, against that of the words (BM25): 0 to 1. Default 0.5. */
  readonly weight?: number
  /** Gives an item's text. Default: the item is a text, or holds one: see `TextSource`. */
  readonly text?: (item: T) => string
}

export interface RankRequest<T> {
  readonly query: string
  readonly items: readonly T[]
}

export interface Ranked<T> {
  readonly item: T
  /** In the request. */
  readonly index: number
  /** 0 to 1: how it compares with the others of this request; says nothing beyond it. */
  readonly score: number
  /** Cosine of its vector with that of the query. */
  readonly similarity: number
  /** At least 0. */
  readonly bm25: number
}

const options = v.strictObject({
  // Checked as a model: a copy of its own properties might be none.
  model: v.optional(v.unknown()),
  top: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  weight: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0.5),
  text: v.optional(v.function()),
})

/**
 * Which items answer a query best, the best first: `weft.call(rank(), { query, items })`. Each has a score by its words (BM25, with the
 * idf of these items) and one by its vector, which `bestByBoth` makes one of. Equal ones stay in their order. All of it is worked out on
 * the cpu lane, and where the model is; items are embedded in batches, and only their scores are kept.
 *
 * @throws Failure `INVALID_OPTION`. Its tasks: `INVALID_INPUT`, and what those of `embed` throw
 */
export function rank<T extends TextSource>(options?: RankOptions<T>): InlineTask<RankRequest<T>, Ranked<T>[]>
export function rank<T>(
  options: RankOptions<T> & Required<Pick<RankOptions<T>, 'text'>>,
): InlineTask<RankRequest<T>, Ranked<T>[]>
export function rank<T>(given: RankOptions<T> = {}): InlineTask<RankRequest<T>, Ranked<T>[]> {
  const { top, weight } = parseOptions(options, given, 'rank')
  const model = checkedModel(given.model ?? lexical, 'embed', 'rank')
  const embedded = embedAll(model)
  return async function rank(request, context) {
    const { query, items } = checked(request)
    const texts = textsFrom(items, given.text, 'rank')
    if (texts.length === 0) return []
    const cosines = async (): Promise<Float64Array> => {
      const [vector] = await context.call(embedded, [query])
      const scores = await mapBounded(batchesOf(texts), batchesAtOnce, async (batch) => {
        const rows = packed(checkedVectors(model, batch, await context.call(embedded, batch), vector!.length))
        return context.call(textTasks.cosineScores, transfer({ vector: vector!, rows }, [rows.values.buffer]))
      })
      return joined(scores, texts.length)
    }
    const [bm25, similarities] = await Promise.all([context.call(textTasks.bm25Scores, { query, texts }), cosines()])
    const best = await context.call(textTasks.bestByBoth, {
      bm25,
      cosines: similarities,
      weight,
      top: top ?? texts.length,
    })
    return best.map(({ index, score }) => {
      return { item: items[index]!, index, score, similarity: similarities[index]!, bm25: bm25[index]! }
    })
  }
}

/** Bounds how many vectors are in memory. */
const batchesAtOnce = 16

function checked<T>(request: RankRequest<T>): RankRequest<T> {
  const { query, items } = Object(request) as Partial<RankRequest<T>>
  if (typeof query === 'string' && Array.isArray(items)) return { query, items }
  throw new Failure('INVALID_INPUT', 'rank: expected { query, items }, a text and an array')
}

function joined(parts: readonly Float64Array[], length: number): Float64Array {
  const all = new Float64Array(length)
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
