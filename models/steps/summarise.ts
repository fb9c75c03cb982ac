import * as v from 'valibot'
import { parseOptions } from '../../src/core/options.ts'
import type { LaneTask, TaskContext } from '../../src/core/task.ts'
import { extractive } from '../extractive.ts'
import type { Generator, Summariser, Summary } from '../model.ts'
import { checkedModel } from './checked-model.ts'
import { promptEntries } from './prompted.ts'
import { type GeneratedSummaryOptions, type SummariseOptions, summariseBy } from './summarise-by.ts'
import { type TextSource, textOf } from './text-of.ts'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))
const entries = { sentences: v.optional(count), language: v.optional(v.pipe(v.string(), v.minLength(2))) }
const options = v.strictObject(entries)
const generatedOptions = v.strictObject({
  ...entries,
  ...promptEntries,
  words: v.optional(count),
  instructions: v.optional(v.string()),
  pieceTokens: v.optional(v.pipe(v.number(), v.integer(), v.minValue(100))),
})

/**
 * Shortens texts: by their own sentences (`extractive`, the default), or by whatever model writes:
 * `.step('summarise', summarise(model, { words: 80 }))`. A text without content has an empty summary, and no model is asked.
 *
 * @throws Failure `INVALID_OPTION`. Its tasks: `INVALID_INPUT`, and what the model throws
 */
export function summarise(model?: Summariser, options?: SummariseOptions): LaneTask<TextSource, Summary>
export function summarise(model: Generator, options?: GeneratedSummaryOptions): LaneTask<TextSource, Summary>
export function summarise(
  model: Summariser | Generator = extractive,
  given: GeneratedSummaryOptions = {},
): LaneTask<TextSource, Summary> {
  if (!isSummariser(model)) {
    checkedModel(model, 'generate', 'summarise')
    return summariseBy(model, parseOptions(generatedOptions, given, 'summarise') as GeneratedSummaryOptions)
  }
  const { sentences, language } = parseOptions(options, given, 'summarise') as SummariseOptions
  return {
    kind: 'lane-task',
    name: 'summarise',
    lane: model.lane,
    run: async (source, context: TaskContext) => {
      const text = textOf(source, 'summarise')
      if (text.trim() === '') return { text: '' }
      const spoken = language ?? languageOf(source)
      return model.summarise(
        {
          text,
          ...(sentences === undefined ? {} : { sentences }),
          ...(spoken === undefined ? {} : { language: spoken }),
        },
        context,
      )
    },
  }
}

function isSummariser(model: Summariser | Generator): model is Summariser {
  return typeof Object(model).summarise === 'function'
}

function languageOf(source: TextSource): string | undefined {
  const { language } = Object(source) as { readonly language?: unknown }
  return typeof language === 'string' ? language : undefined
}
