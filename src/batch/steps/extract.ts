import * as v from 'valibot'
import { extract } from '../../../models/steps/extract.ts'
import { estimating, exampleAnswer, type PromptStepOptions, promptStepEntries, requestSaid } from './asking.ts'
import type { MadeStep, StepKind, StepSite } from './kind.ts'
import { loadSchema, type SchemaSource, schemaSource } from './schema-source.ts'
import type { EachStep } from './step.ts'
import { textFor, versionOf, words, working } from './working.ts'

export interface ExtractStepOptions extends PromptStepOptions {
  readonly schema: SchemaSource
  readonly text?: string
  readonly instructions?: string
  readonly repairs?: number
}

const schema = v.strictObject({
  ...promptStepEntries,
  schema: schemaSource,
  text: v.optional(words),
  instructions: v.optional(words),
  repairs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(5))),
})

/** Takes from the item's text what a schema describes. Gives the checked value. */
export const extractKind: StepKind = { key: 'extract', result: 'extract', schema, isBare: false, make }

async function make(options: ExtractStepOptions, site: StepSite): Promise<MadeStep | undefined> {
  const found = site.models.get(options.with, 'generate')
  if (typeof found === 'string') site.fault(found, ['with'])
  const structure = await loadSchema(options.schema, site, ['schema'])
  const source = textFor(site, options.text, ['text'])
  if (typeof found === 'string' || structure === undefined) return undefined
  const said = requestSaid(options)
  const { instructions, repairs } = options
  const more = {
    ...(instructions === undefined ? {} : { instructions }),
    ...(repairs === undefined ? {} : { repairs }),
  }
  const task = extract(found, structure.schema, { ...said.request, ...more })
  const step: EachStep = {
    ...working(site, options),
    kind: 'each',
    uses: source.uses,
    version: versionOf('extract', 1, {
      model: site.models.version(options.with, found),
      ...said.version,
      ...more,
      schema: structure.version,
    }),
    lane: found.lane,
    model: found.name,
    prepare: (item) => source.of(item),
    run: (given, context) => Promise.resolve(task.run(given as string, context)),
    example: (given) => exampleAnswer(task, site, given, structure.fields),
    ...estimating(task, site),
  }
  return { steps: [step], shape: { fields: structure.fields }, isText: true }
}
