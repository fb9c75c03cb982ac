import type { GbnfJsonBasicSchema } from 'node-llama-cpp'

type Schema = Readonly<Record<string, unknown>>

/**
 * A JSON Schema as the library's grammar takes it. The grammar holds a model to the shape: objects with their properties, lists, enums,
 * constants, unions, references, lengths. What it cannot say (`minimum`, `pattern`, most formats, `not`) is left out, and each
 * property is written, also one that need not be: what passes a check against the schema can always be written, but not all that is
 * written passes it. So the answer must be checked.
 */
export function grammarSchema(schema: unknown): GbnfJsonBasicSchema {
  // The library's types are made for schemas that stand in the program: one kind stands for all.
  return convert(schema) as unknown as GbnfJsonBasicSchema
}

const anything: Schema = {
  oneOf: [
    { type: ['string', 'number', 'boolean', 'null'] },
    { type: 'object', additionalProperties: true },
    { type: 'array' },
  ],
}

function convert(given: unknown): Schema {
  if (typeof given !== 'object' || given === null) return anything
  const schema = merged(given as Schema)
  const definitions = schema.$defs ?? schema.definitions
  const scope = definitions === undefined ? {} : { $defs: mapValues(definitions as Schema, convert) }
  return { ...shapeOf(schema), ...scope, ...described(schema) }
}

function shapeOf(schema: Schema): Schema {
  const { $ref, const: constant, enum: values, type } = schema
  const reference = typeof $ref === 'string' ? /^#\/(?:\$defs|definitions)\/(.+)$/.exec($ref)?.[1] : undefined
  if (reference !== undefined) return { $ref: `#/$defs/${reference}` }
  if (constant !== undefined) return isScalar(constant) ? { const: constant } : anything
  if (Array.isArray(values)) return values.every(isScalar) ? { enum: values } : anything
  const union = schema.oneOf ?? schema.anyOf
  if (Array.isArray(union)) return { oneOf: union.map(convert) }
  if (Array.isArray(type)) return typeUnion(schema, type)
  if (type === 'object' || (type === undefined && schema.properties !== undefined)) return objectShape(schema)
  if (type === 'array') return listShape(schema)
  if (type === 'string') return textShape(schema)
  return typeof type === 'string' ? { type } : anything
}

function typeUnion(schema: Schema, types: readonly unknown[]): Schema {
  return { oneOf: types.map((type) => shapeOf({ ...schema, type })) }
}

function objectShape({ properties, additionalProperties }: Schema): Schema {
  const known = mapValues((properties ?? {}) as Schema, convert)
  if (typeof additionalProperties === 'object') {
    return { type: 'object', properties: known, additionalProperties: convert(additionalProperties) }
  }
  // A schema allows what it does not name; a model that is asked for named things should write those.
  const open = additionalProperties !== false && Object.keys(known).length === 0
  return { type: 'object', properties: known, additionalProperties: open }
}

function listShape({ items, prefixItems, minItems, maxItems }: Schema): Schema {
  return {
    type: 'array',
    ...(typeof items === 'object' ? { items: convert(items) } : {}),
    ...(Array.isArray(prefixItems) ? { prefixItems: prefixItems.map(convert) } : {}),
    ...numbers({ minItems, maxItems }),
  }
}

const formats: readonly unknown[] = ['date-time', 'time', 'date']

function textShape({ format, minLength, maxLength }: Schema): Schema {
  if (formats.includes(format)) return { type: 'string', format }
  return { type: 'string', ...numbers({ minLength, maxLength }) }
}

/** A schema with all that its `allOf` says in one. */
function merged(schema: Schema): Schema {
  const { allOf, ...own } = schema
  if (!Array.isArray(allOf)) return schema
  const parts = [own, ...allOf.map((part) => merged((part ?? {}) as Schema))]
  const properties: Schema = Object.assign({}, ...parts.map((part) => part.properties))
  return Object.assign({}, ...parts, Object.keys(properties).length > 0 ? { properties } : {})
}

function described({ description }: Schema): Schema {
  return typeof description === 'string' ? { description } : {}
}

function numbers(given: Schema): Schema {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => typeof value === 'number'))
}

function mapValues(given: Schema, map: (value: unknown) => Schema): Schema {
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, map(value)]))
}

function isScalar(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}
