import { transformJSONSchema } from '@anthropic-ai/sdk/lib/transform-json-schema'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { isEnforceable } from '../../../models/anthropic/schema.ts'

const node = z.object({
  name: z.string(),
  get children() {
    return z.array(node)
  },
})

test.each([
  ['an object', z.object({ name: z.string(), age: z.int().min(3).optional() })],
  ['an array', z.array(z.object({ name: z.string() }))],
  ['alternatives', z.union([z.object({ a: z.string() }), z.null()])],
  ['words', z.enum(['red', 'blue'])],
  ['what is null or not', z.object({ a: z.string().nullable() })],
])('the API can hold an answer to %s, and the SDK takes it', (_, schema) => {
  const json = z.toJSONSchema(schema)
  expect(isEnforceable(json)).toBe(true)
  expect(transformJSONSchema(json)).toBeTypeOf('object')
})

test.each([
  ['a dictionary', z.record(z.string(), z.number())],
  ['a dictionary inside', z.object({ counts: z.record(z.string(), z.number()) })],
  ['anything', z.object({ a: z.unknown() })],
  ['a recursion', node],
  ['a tuple', z.object({ at: z.tuple([z.number(), z.number()]) })],
])('the API cannot hold an answer to %s', (_, schema) => {
  expect(isEnforceable(z.toJSONSchema(schema))).toBe(false)
})

test.each([
  [{ $ref: '#/$defs/a', $defs: { a: { type: 'string' } } }, true],
  [{ $ref: '#/$defs/b', $defs: { a: { type: 'string' } } }, false],
  [{ $ref: '#/definitions/a', definitions: { a: { type: 'string' } } }, false],
  [{ $ref: 'https://example.org/a' }, false],
  [{}, false],
])('%j: %s', (schema, expected) => {
  expect(isEnforceable(schema)).toBe(expected)
})
