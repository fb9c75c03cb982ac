import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { grammarSchema } from '../../../workers/llama/grammar-schema.ts'

const anything = {
  oneOf: [
    { type: ['string', 'number', 'boolean', 'null'] },
    { type: 'object', additionalProperties: true },
    { type: 'array' },
  ],
}

describe('grammarSchema', () => {
  test('keeps what a grammar can say, and leaves out the rest', () => {
    const schema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: {
        name: { type: 'string', minLength: 1, maxLength: 8, pattern: '^x', description: 'who' },
        age: { type: 'integer', minimum: 0, maximum: 9 },
        when: { type: 'string', format: 'date' },
        mail: { type: 'string', format: 'email' },
      },
      required: ['name'],
      additionalProperties: false,
    }
    expect(grammarSchema(schema)).toEqual({
      type: 'object',
      properties: {
        name: { type: 'string', minLength: 1, maxLength: 8, description: 'who' },
        age: { type: 'integer' },
        when: { type: 'string', format: 'date' },
        mail: { type: 'string' },
      },
      additionalProperties: false,
    })
  })

  test.each<[unknown, unknown]>([
    [{}, anything],
    [true, anything],
    [undefined, anything],
    [{ const: 4 }, { const: 4 }],
    [{ const: { a: 1 } }, anything],
    [{ enum: ['a', 1, null] }, { enum: ['a', 1, null] }],
    [{ enum: [{}] }, anything],
    [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, { oneOf: [{ type: 'string' }, { type: 'null' }] }],
    [
      { type: ['object', 'null'] },
      { oneOf: [{ type: 'object', properties: {}, additionalProperties: true }, { type: 'null' }] },
    ],
    [{ type: 'object' }, { type: 'object', properties: {}, additionalProperties: true }],
    [
      { type: 'object', additionalProperties: { type: 'number' } },
      { type: 'object', properties: {}, additionalProperties: { type: 'number' } },
    ],
    [
      { type: 'array', prefixItems: [{ type: 'string' }], items: false, minItems: 1 },
      { type: 'array', prefixItems: [{ type: 'string' }], minItems: 1 },
    ],
    [
      { $ref: '#/definitions/a', definitions: { a: { type: 'null' } } },
      { $ref: '#/$defs/a', $defs: { a: { type: 'null' } } },
    ],
    [{ $ref: '#' }, anything],
    [
      { allOf: [{ type: 'object', properties: { a: { type: 'null' } } }, { properties: { b: { const: 1 } } }] },
      { type: 'object', properties: { a: { type: 'null' }, b: { const: 1 } }, additionalProperties: false },
    ],
    [{ $ref: '#/$defs/nowhere' }, anything],
    [
      { $ref: '#/$defs/a~1b', $defs: { 'a/b': { type: 'null' } } },
      { $ref: '#/$defs/a/b', $defs: { 'a/b': { type: 'null' } } },
    ],
    [
      {
        allOf: [{ $ref: '#/$defs/a' }, { properties: { b: { const: 1 } } }],
        $defs: { a: { type: 'object', properties: { a: { type: 'null' } } } },
      },
      { type: 'object', properties: { a: { type: 'null' }, b: { const: 1 } }, additionalProperties: false },
    ],
  ])('%j', (schema, expected) => {
    expect(grammarSchema(schema)).toEqual(expected)
  })

  test('leaves what leads back to itself to the model, where it need not be', () => {
    const tree = z.object({
      name: z.string(),
      get next() {
        return tree.optional()
      },
    })
    const object = (properties: object) => ({ type: 'object', properties, additionalProperties: false })
    const name = { type: 'string' }
    const either = { oneOf: [object({ name, next: { $ref: '#/$defs/whole schema' } }), object({ name })] }
    expect(grammarSchema(z.toJSONSchema(tree))).toEqual({ ...either, $defs: { 'whole schema': either } })
  })

  test('takes what zod describes', () => {
    const schema = z.object({
      kind: z.enum(['a', 'b']),
      size: z.number().int().min(1).nullable(),
      tags: z.array(z.string()).max(3),
    })
    expect(grammarSchema(z.toJSONSchema(schema))).toEqual({
      type: 'object',
      properties: {
        kind: { enum: ['a', 'b'] },
        size: { oneOf: [{ type: 'integer' }, { type: 'null' }] },
        tags: { type: 'array', items: { type: 'string' }, maxItems: 3 },
      },
      additionalProperties: false,
    })
  })
})
