import * as v from 'valibot'
import { Failure } from '../../src/core/failure.ts'
import { parseOptions } from '../../src/core/options.ts'
import type { GenerateRequest } from '../model.ts'
import { promptEntries } from './prompted.ts'

const text = v.strictObject({ type: v.literal('text'), text: v.string() })
const call = v.strictObject({ type: v.literal('tool-call'), id: v.string(), name: v.string(), input: v.unknown() })
const result = v.strictObject({
  type: v.literal('tool-result'),
  id: v.string(),
  content: v.string(),
  isError: v.optional(v.boolean()),
})
const message = v.variant('role', [
  v.strictObject({
    role: v.literal('user'),
    content: v.union([v.string(), v.array(v.variant('type', [text, result]))]),
  }),
  v.strictObject({
    role: v.literal('assistant'),
    content: v.union([v.string(), v.array(v.variant('type', [text, call]))]),
  }),
])

export const tools: v.GenericSchema = v.optional(
  v.array(v.strictObject({ name: v.string(), description: v.string(), inputSchema: v.looseObject({}) })),
)

const request = v.strictObject({
  ...promptEntries,
  system: v.optional(v.string()),
  messages: v.pipe(v.array(message), v.minLength(1)),
  stop: v.optional(v.array(v.string())),
  jsonSchema: v.optional(v.looseObject({})),
  tools,
} satisfies Record<keyof GenerateRequest, v.GenericSchema>)

/** What `generate` is given: what the user says, or a whole request. @throws Failure `INVALID_INPUT` */
export function checkedRequest(input: string | GenerateRequest): GenerateRequest {
  if (typeof input === 'string' && input.trim() !== '') return { messages: [{ role: 'user', content: input }] }
  if (typeof input === 'string') throw new Failure('INVALID_INPUT', 'generate: expected a text, got an empty one')
  parseOptions(request, input, 'generate', 'INVALID_INPUT')
  if (input.messages.at(-1)!.role === 'user') return input
  throw new Failure('INVALID_INPUT', 'generate: expected the last message to be of the user, got one of the assistant')
}
