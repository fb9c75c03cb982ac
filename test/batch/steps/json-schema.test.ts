import { describe, expect, test } from 'vitest'
import { schemaOfJson } from '../../../src/batch/steps/json-schema.ts'

const schema = await schemaOfJson({
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
    expect(await faults({ score: 11, tags: ['a', 'c', 'b'], size: 'large', 'more/~ %': 1 })).toEqual([
      ': Instance does not have required property "name".',
      'score: 11 is greater than 10.',
      'tags: Array has too many items (3 > 2).',
      'tags.1: Instance does not match any of ["a","b"].',
      'size: Instance does not match any subschemas.',
      'more/~ %: it is not expected here',
    ])
    expect(await faults({ name: 'acme', score: 1.5 })).toEqual([
      'name: String does not match pattern.',
      'score: Instance type "number" is invalid. Expected "integer", "null".',
    ])
    expect(await faults([])).toEqual([': Instance type "array" is invalid. Expected "object".'])
  })

  test('names that every object inherits are missing where they are', async () => {
    const odd = await schemaOfJson({
      type: 'object',
      properties: { constructor: { type: 'string' } },
      required: ['constructor'],
    })
    expect(await faults({}, odd)).toEqual([': Instance does not have required property "constructor".'])
    expect(await faults({ constructor: 'x' }, odd)).toEqual([])
  })

  test.each([
    [{ $ref: '#/x' }, '$ref #/x leads to no part of it'],
    [{ $ref: 'https://example.com/schema.json' }, 'leads to no part of it'],
    [{ type: 'objct' }, 'at type: Instance does not match any of ["string",'],
    [{ type: ['string', 'nil'] }, 'at type.1: Instance does not match any of'],
    [{ properties: { a: { patern: 'x' } } }, 'at properties.a: unknown keyword patern, did you mean pattern?'],
    [{ properties: { a: { pattern: '(' } } }, 'at properties.a.pattern: String does not match format "regex"'],
    [{ patternProperties: { '(': {} } }, 'at patternProperties.(: String does not match format "regex"'],
    [{ items: 3 }, 'at items: Instance type "number" is invalid. Expected "object", "boolean"'],
    [{ anyOf: [] }, 'at anyOf: Array has too few items'],
    [[], 'expected an object, got []'],
    [{ $ref: '#' }, 'a $ref leads back to itself'],
  ])('refuses %j', async (json, message) => {
    await expect(schemaOfJson(json)).rejects.toThrow(message)
  })

  test('follows references within it, round in circles, too', async () => {
    const tree = await schemaOfJson({
      $defs: { tree: { type: 'object', properties: { inner: { $ref: '#/$defs/tree' }, size: { type: 'integer' } } } },
      $ref: '#/$defs/tree',
    })
    expect(await faults({ inner: { inner: { size: 'x' } } }, tree)).toEqual([
      'inner.inner.size: Instance type "string" is invalid. Expected "integer".',
    ])
  })

  test('says enough, and soon, of a long list that is wrong throughout', async () => {
    const list = await schemaOfJson({ items: { anyOf: [{ type: 'string' }, { type: 'null' }] } })
    const found = await faults(Array(50_000).fill(1), list)
    expect(found[0]).toBe('0: Instance does not match any subschemas.')
    expect(found.length).toBeLessThan(1_000)
  })

  test('has something to say of names that it cannot place', async () => {
    const closed = await schemaOfJson({ type: 'object', additionalProperties: false })
    expect(await faults({ '\ud800': 1 }, closed)).toEqual([': it cannot be checked: URI malformed'])
  })

  test('leaves what it is given as it was', async () => {
    const given = Object.freeze({ type: 'object', properties: Object.freeze({ a: Object.freeze({ type: 'string' }) }) })
    expect(await faults({ a: 1 }, await schemaOfJson(given))).toHaveLength(1)
  })

  test('describes itself to a model', () => {
    expect(schema['~standard'].jsonSchema?.input({ target: 'draft-2020-12' })).toMatchObject({ type: 'object' })
  })
})
