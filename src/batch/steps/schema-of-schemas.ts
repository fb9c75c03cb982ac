import type { Schema } from '@cfworker/json-schema'

const schema = { $ref: '#/$defs/schema' }
const schemas = { type: 'array', minItems: 1, items: schema }
const byName = { type: 'object', additionalProperties: schema }
const size = { type: 'integer', minimum: 0 }
const number = { type: 'number' }
const text = { type: 'string' }
const pattern = { type: 'string', format: 'regex' }
const names = { type: 'array', items: text }
const flag = { type: 'boolean' }
const anything = {}
const type = { enum: ['string', 'number', 'integer', 'boolean', 'null', 'array', 'object'] }

/** The keywords of JSON Schema 2020-12 that the checker knows. */
const properties = {
  // biome-ignore lint/suspicious/noThenProperty: a keyword
  type: { if: { type: 'array' }, then: { minItems: 1, items: type }, else: type },
  enum: { type: 'array', minItems: 1 },
  const: anything,
  properties: byName,
  required: names,
  additionalProperties: schema,
  patternProperties: { ...byName, propertyNames: pattern },
  propertyNames: schema,
  unevaluatedProperties: schema,
  minProperties: size,
  maxProperties: size,
  dependentRequired: { type: 'object', additionalProperties: names },
  dependentSchemas: byName,
  items: schema,
  prefixItems: schemas,
  unevaluatedItems: schema,
  contains: schema,
  minContains: size,
  maxContains: size,
  minItems: size,
  maxItems: size,
  uniqueItems: flag,
  minimum: number,
  maximum: number,
  exclusiveMinimum: number,
  exclusiveMaximum: number,
  multipleOf: { type: 'number', exclusiveMinimum: 0 },
  minLength: size,
  maxLength: size,
  pattern,
  format: text,
  anyOf: schemas,
  allOf: schemas,
  oneOf: schemas,
  not: schema,
  if: schema,
  // biome-ignore lint/suspicious/noThenProperty: a keyword
  then: schema,
  else: schema,
  $ref: text,
  $defs: byName,
  definitions: byName,
  $id: text,
  $schema: text,
  $anchor: text,
  $comment: text,
  title: text,
  description: text,
  default: anything,
  examples: { type: 'array' },
  deprecated: flag,
  readOnly: flag,
  writeOnly: flag,
  contentEncoding: text,
  contentMediaType: text,
}

export const keywords: readonly string[] = Object.keys(properties)

/** What a JSON Schema may hold, as one. Unlike the official one it refuses keywords that it does not know: they are misspelt. */
export function schemaOfSchemas(): Schema {
  const one = { type: ['object', 'boolean'], properties, additionalProperties: false }
  // A copy: the library marks each part with its place, and those that stand in several would be marked but once.
  return JSON.parse(JSON.stringify({ ...one, $defs: { schema: one } })) as Schema
}
