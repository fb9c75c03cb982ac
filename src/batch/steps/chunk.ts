import * as v from 'valibot'
import { Failure } from '../../core/failure.ts'
import { text as textTasks } from '../../worker-files.ts'
import type { ItemView } from '../template/item-view.ts'
import type { MadeStep, StepKind, StepSite } from './kind.ts'
import type { ExpandStep } from './step.ts'
import { count, textFor, versionOf, type WorkingOptions, words, working, workingEntries } from './working.ts'

export interface ChunkStepOptions extends Omit<WorkingOptions, 'effects'> {
  /** What `size` and `overlap` count. Default `tokens`, by a local estimate. */
  readonly by?: 'sentences' | 'characters' | 'tokens'
  /** At most so much in a piece. Default 500 tokens, 2 000 characters or 10 sentences. */
  readonly size?: number
  /** About so much of a piece stands at the beginning of the next one, too. Default 0. */
  readonly overlap?: number
  readonly text?: string
}

const { effects, ...common } = workingEntries
const schema = v.strictObject({
  ...common,
  by: v.optional(v.picklist(['sentences', 'characters', 'tokens'])),
  size: v.optional(count),
  overlap: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  text: v.optional(words),
})

/** Cuts the item's text into pieces, each of which goes on as an item of its own. Gives a text. */
export const chunkKind: StepKind = { key: 'chunk', result: 'chunk', schema, isBare: true, make }

const sizes = { sentences: 10, characters: 2_000, tokens: 500 } as const
/** About how many UTF-16 units each has. */
const lengths = { sentences: 100, characters: 1, tokens: 3.3 } as const
/** Of the children of an item: see `ItemNumber` of the journal. */
const mostChunks = 16_384

function make(options: ChunkStepOptions, site: StepSite): MadeStep | undefined {
  const { by = 'tokens', overlap = 0 } = options
  const size = options.size ?? sizes[by]
  if (overlap > size / 2)
    return void site.fault(`expected at most half of the size, ${size}, got ${overlap}`, ['overlap'])
  const source = textFor(site, options.text, ['text'])
  const step: ExpandStep = {
    ...working(site, options, { concurrency: 64 }),
    kind: 'expand',
    uses: source.uses,
    version: versionOf('chunk', 1, { by, size, overlap }),
    lane: 'io',
    worksOn: 'cpu',
    prepare: (item: ItemView) => source.of(item),
    count: (given) => Math.max(1, Math.ceil((given as string).length / ((size - overlap) * lengths[by]))),
    example: (given) => (given as string).slice(0, size * lengths[by]),
    run: async (given, context) => {
      const chunks = await context.call(textTasks.chunksOf, { text: given as string, by, size, overlap })
      if (chunks.length <= mostChunks) return chunks
      const message = `chunk: expected at most ${mostChunks} pieces of one text, got ${chunks.length}: make size larger`
      throw new Failure('INVALID_INPUT', message)
    },
  }
  return { steps: [step], isText: true }
}
