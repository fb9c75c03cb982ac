import type { JsonSchema, ToolSpecification } from '../../../models/model.ts'

/** What the suite says to a model: a provider whose other side is scripted answers to these. */
export const prompts: Readonly<Record<'plain' | 'long' | 'json' | 'tool', string>> = {
  /** Any answer, of at least one token. */
  plain: 'Say good morning.',
  /** An answer of more than 8 tokens, in several deltas. */
  long: 'Count from one to a thousand.',
  /** With `citySchema`. */
  json: 'Name a city and its population.',
  /** With `weatherTool`: calls it for Paris, and answers in text when it is given the result. */
  tool: 'What is the weather in Paris?',
}

export const citySchema: JsonSchema = {
  type: 'object',
  properties: { city: { type: 'string' }, population: { type: 'integer' } },
  required: ['city', 'population'],
  additionalProperties: false,
}

export const weatherTool: ToolSpecification = {
  name: 'weather',
  description: 'The weather in a city, now.',
  inputSchema: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  },
}
