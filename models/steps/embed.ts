import * as v from 'valibot'
import { parseOptions } from '../../src/core/options.ts'
import type { LaneTask, TaskContext } from '../../src/core/task.ts'
import { lexical } from '../lexical.ts'
import type { Embedder } from '../model.ts'
import { batchesOf } from './batches.ts'
import { checkedModel } from './checked-model.ts'
import { checkedVectors } from './checked-vectors.ts'
import { type TextSource, textOf } from './text-of.ts'

export interface EmbedAllOptions {
  /** Most texts that the model is given at once. Default 64; fewer where they are long. */
  readonly batch?: number
}

const options = v.strictObject({ batch: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))) })

/**
 * A vector of length 1 for each text: `weft.map(texts, embed())`. Two vectors of one model are compared by their dot product. Where the
 * texts are at hand together, `embedAll` costs less.
 *
 * @throws Failure `INVALID_OPTION`. Its tasks: `INVALID_INPUT`, what the model throws, and `ANSWER_INVALID` for what are no such vectors
 */
export function embed(model: Embedder = lexical): LaneTask<TextSource, Float32Array> {
  const { lane } = checkedModel(model, 'embed', 'embed')
  return {
    kind: 'lane-task',
    name: 'embed',
    lane,
    run: async (source, context) => {
      const [vector] = await embedChecked(model, [textOf(source, 'embed')], context)
      return vector!
    },
    defaults: { estimate: (source) => model.estimate([textOf(source, 'embed')]) },
  }
}

/**
 * A vector of length 1 for each of several texts, in their order: `weft.call(embedAll(), texts)`, or a step after `.batch(n)`. Many go to
 * the model in batches, each a task of its own on the model's lane, as many at once as that takes.
 *
 * @throws Failure `INVALID_OPTION`. Its tasks: as those of `embed`
 */
export function embedAll(
  model: Embedder = lexical,
  given: EmbedAllOptions = {},
): LaneTask<readonly TextSource[], Float32Array[]> {
  const { batch } = parseOptions(options, given, 'embedAll')
  checkedModel(model, 'embed', 'embedAll')
  const batchTask: LaneTask<readonly string[], Float32Array[]> = {
    kind: 'lane-task',
    name: 'embed batch',
    lane: model.lane,
    run: (texts, context) => embedChecked(model, texts, context),
    defaults: { estimate: (texts) => model.estimate(texts) },
  }
  const textsOf = (sources: readonly TextSource[]): string[] => sources.map((source) => textOf(source, 'embedAll'))
  return {
    kind: 'lane-task',
    name: 'embedAll',
    lane: model.lane,
    run: async (sources, context) => {
      const batches = batchesOf(textsOf(sources), batch)
      if (batches.length === 1) return embedChecked(model, batches[0]!, context)
      const vectors = await Promise.all(batches.map((texts) => context.call(batchTask, texts)))
      return vectors.flat()
    },
    // Batches are estimated on their own.
    defaults: { estimate: (sources) => model.estimate(batchesOf(textsOf(sources), batch)[0] ?? []) },
  }
}

async function embedChecked(model: Embedder, texts: readonly string[], context: TaskContext): Promise<Float32Array[]> {
  return checkedVectors(model, texts, await model.embed(texts, context))
}
