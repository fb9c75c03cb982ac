import * as v from 'valibot'
import { parseOptions } from '../../src/core/options.ts'
import type { LaneTask } from '../../src/core/task.ts'
import type { DescribedSchema, Generator } from '../model.ts'
import { structureOf } from '../structured.ts'
import { documentRule, fenced } from './fence.ts'
import { type StructureOptions, schemaEntry, structureEntries } from './generate.ts'
import { type PromptOptions, promptEntries, prompted, requestOptions } from './prompted.ts'
import { type TextSource, textOf } from './text-of.ts'

export interface ExtractOptions extends PromptOptions, StructureOptions {
  /** What to look for, beyond what the schema says. */
  readonly instructions?: string
}

const options = v.strictObject({ ...promptEntries, ...structureEntries, instructions: v.optional(v.string()) })
const schemas = v.strictObject({ schema: schemaEntry })

/**
 * Takes from a text what a schema describes: `weft.map(pages, extract(model, z.object({ price: z.number() })))`. The text goes to the
 * model as a whole and fenced (see `fenced`); what it does not say is to be left out, or null, where the schema allows that.
 *
 * @throws Failure `INVALID_OPTION`. Its tasks: `ANSWER_INVALID`, `INVALID_INPUT`, and what `Generator.generate` throws, `REQUEST_REFUSED`
 *   for a text that is too long
 */
export function extract<T>(
  model: Generator,
  schema: DescribedSchema<T>,
  given: ExtractOptions = {},
): LaneTask<TextSource, T> {
  parseOptions(schemas, { schema }, 'extract')
  const parsed = parseOptions(options, given, 'extract') as ExtractOptions
  const system = [
    'You take facts from documents. Give only what the document says: leave out, or give null for, what it does not, and never guess.',
    documentRule,
    ...(parsed.instructions === undefined ? [] : [parsed.instructions]),
  ].join('\n\n')
  return prompted<TextSource, T, T>(model, {
    name: 'extract',
    request: (source) => ({
      ...requestOptions(parsed),
      system,
      messages: [{ role: 'user', content: `${fenced([textOf(source, 'extract')])}\n\nWhat does it say?` }],
    }),
    structure: structureOf('extract', schema, parsed),
    onDelta: parsed.onDelta,
    // With a structure and without tools there is no answer without it.
    answer: (generation) => generation.json as T,
  })
}
