import * as v from 'valibot'
import { Failure } from '../../src/core/failure.ts'
import { parseOptions } from '../../src/core/options.ts'
import { isStandardSchema } from '../../src/core/standard-schema.ts'
import type { LaneTask } from '../../src/core/task.ts'
import type { DescribedSchema, GenerateRequest, Generation, Generator, JsonSchema, Structured } from '../model.ts'
import { structureOf } from '../structured.ts'
import { type PromptOptions, promptEntries, prompted } from './prompted.ts'
import { checkedRequest, tools } from './request.ts'

/** What holds for every request that does not say it itself. */
export interface GenerateOptions<T = unknown>
  extends PromptOptions,
    Pick<GenerateRequest, 'system' | 'stop' | 'tools'>,
    StructureOptions {
  /** Checks the answer, and makes `json` of it. Of any library that implements Standard Schema. Default: the answer is text. */
  readonly schema?: DescribedSchema<T>
}

/** How an answer is made to fit a schema. */
export interface StructureOptions {
  /**
   * JSON Schema, draft 2020-12, that describes the answer to the model. Default: the schema's own (zod 4.2, ArkType 2.1); of a library
   * that writes none, the model only knows what the prompt says.
   */
  readonly jsonSchema?: JsonSchema
  /** How often an answer that does not fit is sent back with what is wrong. Default 1, at most 5. */
  readonly repairs?: number
}

export const structureEntries: Readonly<Record<keyof StructureOptions, v.GenericSchema>> = {
  jsonSchema: v.optional(v.record(v.string(), v.unknown())),
  repairs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(5))),
}

export const schemaEntry: v.GenericSchema = v.pipe(
  v.unknown(),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!isStandardSchema(dataset.value)) addIssue({ expected: 'a Standard Schema' })
  }),
)

const options = v.strictObject({
  ...promptEntries,
  ...structureEntries,
  system: v.optional(v.string()),
  stop: v.optional(v.array(v.string())),
  tools,
  schema: v.optional(schemaEntry),
})

/**
 * Asks a model, on its lane: `weft.map(questions, generate(model))`. The input is what the user says, or a whole request, whose own words
 * win over the options. With a `schema` the answer is JSON: see `answerAs`.
 *
 * @throws Failure `INVALID_OPTION`. Its tasks: `ANSWER_INVALID`, `INVALID_INPUT`, and what `Generator.generate` throws
 */
export function generate<T>(
  model: Generator,
  options: GenerateOptions<T> & { readonly schema: DescribedSchema<T> },
): LaneTask<string | GenerateRequest, Structured<T>>
export function generate(model: Generator, options?: GenerateOptions): LaneTask<string | GenerateRequest, Generation>
export function generate<T>(
  model: Generator,
  given: GenerateOptions<T> = {},
): LaneTask<string | GenerateRequest, Generation<T>> {
  const parsed = parseOptions(options, given, 'generate') as GenerateOptions<T>
  const { schema, jsonSchema, repairs, onDelta, ...shared } = parsed
  if (schema === undefined && jsonSchema !== undefined) {
    throw new Failure('INVALID_OPTION', 'generate: jsonSchema describes a schema to the model: give the schema, too')
  }
  return prompted<string | GenerateRequest, T, Generation<T>>(model, {
    name: 'generate',
    request: (input) => ({ ...shared, ...checkedRequest(input) }),
    structure: schema && structureOf('generate', schema, { jsonSchema, repairs }),
    onDelta,
  })
}
