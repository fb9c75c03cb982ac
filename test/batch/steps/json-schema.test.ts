import { describe, expect, test } from 'vitest'
import { schemaOfJson } from '../../../src/batch/steps/json-schema.ts'

const schema = schemaOfJson({
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 1, pattern: '^[A-Z]' },
    score: { type: ['integer', 'null'], minimum: 0, maximum: 10 },
    tags: { type: 'array', items: { enum: ['a', 'b'] }, maxItems: 2 },
    size: { anyOf: [{ const: 'small' }, { type: 'number' }] },
  },
  required: ['name'],
  additionalProperties: false,
})

async function faults(value: unknown, by = schema): Promise<string[]> {
  const result = await by['~standard'].validate(value)
  return (result.issues ?? []).map(({ message, path = [] }) => `${path.join('.')}: ${message}`)
}

describe('schemaOfJson', () => {
  test('takes what fits, as it is', async () => {
    const value = { name: 'Acme', score: null, tags: ['a'], size: 'small' }
    expect(await schema['~standard'].validate(value)).toEqual({ value })
  })

  test('says of each part what is wrong with it', async () => {
    expect(await faults({ score: 11, tags: ['a', 'c', 'b'], size: 'large', more: 1 })).toEqual([
      'name: it is missing',
      'score: expected at most 10, got 11',
      'tags: expected items of at most 2, got 3',
      'tags.1: expected one of ["a","b"]',
      'size: expected one of 2 alternatives',
      'more: expected nothing here',
    ])
    expect(await faults({ name: 'acme', score: 1.5 })).toEqual([
      'name: expected a match of ^[A-Z]',
      'score: expected integer or null, got number',
    ])
    expect(await faults([])).toEqual([': expected object, got an array'])
  })

  test('names that every object inherits are missing where they are', async () => {
    const odd = schemaOfJson({
      type: 'object',
      properties: { constructor: { type: 'string' } },
      required: ['constructor'],
    })
    expect(await faults({}, odd)).toEqual(['constructor: it is missing'])
    expect(await faults({ constructor: 'x' }, odd)).toEqual([])
  })

  test.each([
    [{ $ref: '#/x' }, 'keyword $ref is not taken'],
    [{ type: 'objct' }, 'type cannot be "objct"'],
    [{ properties: { a: { patern: 'x' } } }, 'at a: keyword patern is not taken, did you mean pattern?'],
    [{ pattern: '(' }, 'pattern cannot be "("'],
    [{ items: 3 }, 'at items: expected an object, got number'],
    [{ anyOf: [] }, 'anyOf cannot be []'],
  ])('refuses %j', (json, message) => {
    expect(() => schemaOfJson(json)).toThrow(message)
  })

  test('describes itself to a model', () => {
    expect(schema['~standard'].jsonSchema?.input({ target: 'draft-2020-12' })).toMatchObject({ type: 'object' })
  })
})
