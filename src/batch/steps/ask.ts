import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import * as v from 'valibot'
import type { GenerateRequest, Generation } from '../../../models/model.ts'
import { documentRule, fenced } from '../../../models/steps/fence.ts'
import { generate } from '../../../models/steps/generate.ts'
import { errorCodeOf, Failure, messageOf } from '../../core/failure.ts'
import type { LaneTask } from '../../core/task.ts'
import { documentOf, textOfItem } from '../template/item-text.ts'
import type { ItemView } from '../template/item-view.ts'
import type { Template } from '../template/template.ts'
import { estimating, exampleAnswer, type PromptStepOptions, promptStepEntries, requestSaid } from './asking.ts'
import type { MadeStep, StepKind, StepSite } from './kind.ts'
import { loadSchema, type SchemaSource, schemaSource } from './schema-source.ts'
import type { EachStep } from './step.ts'
import { hashOf, versionOf, words, working } from './working.ts'

export interface AskStepOptions extends PromptStepOptions {
  /** A template, or the path of a file of one: `./compare.md`. */
  readonly prompt: string
  readonly system?: string
  /** The answer is JSON that this describes. Default: it is text. */
  readonly schema?: SchemaSource
  readonly repairs?: number
}

const schema = v.strictObject({
  ...promptStepEntries,
  prompt: words,
  system: v.optional(words),
  schema: v.optional(schemaSource),
  repairs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(5))),
})

/**
 * Asks a model in the words of a template. Where that has no place for a text (a step's result, the input, what was collected), the item's text
 * stands behind it, fenced as a document; behind a `collect` all that was collected.
 */
export const askKind: StepKind = { key: 'ask', result: 'answer', schema, isBare: false, make }

async function make(options: AskStepOptions, site: StepSite): Promise<MadeStep | undefined> {
  const found = site.models.get(options.with, 'generate')
  if (typeof found === 'string') site.fault(found, ['with'])
  const prompt = await promptOf(options.prompt, site)
  const structure = options.schema === undefined ? undefined : await loadSchema(options.schema, site, ['schema'])
  if (typeof found === 'string' || prompt === undefined) return undefined
  if (structure === undefined && options.schema !== undefined) return undefined
  const said = requestSaid(options)
  const system = [documentRule, ...(options.system === undefined ? [] : [options.system])].join('\n\n')
  const { repairs } = options
  const checked = structure && { schema: structure.schema, ...(repairs === undefined ? {} : { repairs }) }
  const task = generate(found, { ...said.request, system, ...checked }) as LaneTask<
    string | GenerateRequest,
    Generation
  >
  const step: EachStep = {
    ...working(site, options),
    kind: 'each',
    uses: prompt.uses,
    version: versionOf('ask', 1, {
      model: site.models.version(options.with, found),
      ...said.version,
      prompt: hashOf(prompt.source),
      system: options.system,
      schema: structure?.version,
      repairs,
    }),
    lane: found.lane,
    model: found.name,
    prepare: (item) => saying(prompt.of(item), site),
    run: async (given, context) => {
      const generation = await task.run(given as string, context)
      return structure === undefined ? generation.text.trim() : generation.json
    },
    example: (given) => exampleAnswer(task, site, given, structure?.fields),
    ...estimating(task, site),
  }
  return { steps: [step], shape: { fields: structure?.fields }, isText: true }
}

interface Prompt {
  readonly source: string
  readonly uses: readonly string[]
  of(item: ItemView): string
}

async function promptOf(text: string, site: StepSite): Promise<Prompt | undefined> {
  const file = /^(?:\.{0,2}\/|[A-Za-z]:[\\/]).*$/.test(text) && /\.(?:md|txt)$/i.test(text) ? text : undefined
  if (/^[\w.-]+\.(?:md|txt)$/i.test(text)) return void site.fault(`for the file write ./${text}`, ['prompt'])
  const source = file === undefined ? text : await contentOf(file, site)
  if (source === undefined) return undefined
  const template = site.template(source, 'prompt', ['prompt'], file)
  const { names } = site
  if (!wantsText(template, site)) return { source, uses: template.uses, of: (item) => template.render(item) }
  const held = names.items?.text ?? names.text
  const uses = [...new Set([...template.uses, ...(held === undefined ? [] : [held])])]
  return { source, uses, of: (item) => `${template.render(item).trimEnd()}\n\n${fenced(documentsOf(item, site))}` }
}

/** A template that only names fields of the input is about the text that the steps before it have found. */
function wantsText(template: Template, { names }: StepSite): boolean {
  return !template.hasText && (!template.hasPlaces || names.text !== undefined)
}

/** What says nothing would be paid for all the same, or refused. */
function saying(prompt: string, { name }: StepSite): string {
  if (prompt.trim() !== '') return prompt
  throw new Failure('INVALID_INPUT', `${name}: the prompt is empty, as is all that it names of this item`)
}

function documentsOf(item: ItemView, { names }: StepSite): string[] {
  const { items } = names
  if (items === undefined || names.text !== undefined) return [textOfItem(item, names)]
  return (item.items ?? []).map((one) => documentOf(one, items))
}

async function contentOf(file: string, site: StepSite): Promise<string | undefined> {
  const path = resolve(site.folder, file)
  site.reads(path)
  try {
    return await readFile(path, 'utf8')
  } catch (thrown) {
    const why = errorCodeOf(thrown) === 'ENOENT' ? `there is no file ${file} beside the job` : messageOf(thrown)
    return void site.fault(why, ['prompt'])
  }
}
