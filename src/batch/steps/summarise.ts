import * as v from 'valibot'
import type { Summary } from '../../../models/model.ts'
import { promptEntries } from '../../../models/steps/prompted.ts'
import { summarise } from '../../../models/steps/summarise.ts'
import type { TextSource } from '../../../models/steps/text-of.ts'
import type { LaneTask, TaskContext } from '../../core/task.ts'
import type { ItemView } from '../template/item-view.ts'
import { estimating, type PromptStepOptions, promptStepEntries } from './asking.ts'
import type { MadeStep, StepKind, StepSite } from './kind.ts'
import { model, type With } from './models.ts'
import type { EachStep } from './step.ts'
import { count, textFor, versionOf, words, working } from './working.ts'

export interface SummariseStepOptions extends Omit<PromptStepOptions, 'with'> {
  /** Default `extractive`. */
  readonly with?: With
  readonly text?: string
  readonly sentences?: number
  readonly words?: number
  readonly language?: string
  readonly instructions?: string
  readonly pieceTokens?: number
}

const schema = v.strictObject({
  ...promptStepEntries,
  with: v.optional(model),
  text: v.optional(words),
  sentences: v.optional(count),
  words: v.optional(count),
  language: v.optional(v.pipe(v.string(), v.minLength(2))),
  instructions: v.optional(words),
  pieceTokens: v.optional(v.pipe(v.number(), v.integer(), v.minValue(100))),
})

/** Shortens the item's text: by its own sentences, or by what a model writes. Gives a text. */
export const summariseKind: StepKind = { key: 'summarise', result: 'summary', schema, isBare: true, make }

interface Given {
  readonly text: string
  readonly language?: string
}

function make(options: SummariseStepOptions, site: StepSite): MadeStep | undefined {
  const { with: named = 'extractive', text } = options
  const isExtractive = named === 'extractive'
  const found = isExtractive ? site.models.get(named, 'summarise') : site.models.get(named, 'generate')
  if (typeof found === 'string') return void site.fault(found, ['with'])
  const said = saidOf(options)
  const misplaced = isExtractive && Object.keys(said).find((name) => name !== 'sentences' && name !== 'language')
  if (misplaced)
    return void site.fault(`option ${misplaced} is for a model that writes: extractive takes sentences and language`, [
      misplaced,
    ])
  const task = summarise(found as Parameters<typeof summarise>[0], said) as LaneTask<TextSource, Summary>
  const source = textFor(site, text, ['text'])
  const step: EachStep = {
    ...working(site, options, isExtractive ? { concurrency: 64 } : {}),
    kind: 'each',
    uses: source.uses,
    version: versionOf('summarise', 1, { model: site.models.version(named, found), ...said }),
    lane: found.lane,
    model: found.name,
    ...(isExtractive ? { worksOn: 'cpu' } : {}),
    prepare: (item): Given => ({ text: source.of(item), ...languageOf(item, site) }),
    run: async (given, context: TaskContext) => (await task.run(given as Given, context)).text,
    example: () => 'word '.repeat(options.words ?? 20 * (options.sentences ?? 3)),
    ...estimating(task, site),
  }
  return { steps: [step], isText: true }
}

const own = ['sentences', 'words', 'language', 'instructions', 'pieceTokens', ...Object.keys(promptEntries)]

/** What of the options is the model's. */
function saidOf(options: SummariseStepOptions): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(options).filter(([name, value]) => own.includes(name) && value !== undefined),
  )
}

/** A page says in which language it is, which decides where its sentences end. */
function languageOf({ results }: ItemView, { names }: StepSite): { readonly language?: string } {
  const page = names.text !== undefined && Object.hasOwn(results, names.text) ? results[names.text] : undefined
  const { language } = Object(page) as { readonly language?: unknown }
  return typeof language === 'string' ? { language } : {}
}
