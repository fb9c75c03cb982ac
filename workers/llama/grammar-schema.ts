import type { GbnfJsonBasicSchema } from 'node-llama-cpp'

type Schema = Readonly<Record<string, unknown>>

/**
 * A JSON Schema as the library's grammar takes it. The grammar holds a model to the shape: objects with their properties, lists, enums,
 * constants, unions, references, lengths. What it cannot say (`minimum`, `pattern`, most formats, `not`) is left out, and each
 * property is written, also one that need not be: what passes a check against the schema can always be written, but not all that is
 * written passes it. So the answer must be checked. A property that need not be and leads back to what it stands in is left to the model:
 * else nothing would ever end.
 */
export function grammarSchema(schema: unknown): GbnfJsonBasicSchema {
  // The library's types are made for schemas that stand in the program: one kind stands for all.
  return new Conversion(schema).whole() as unknown as GbnfJsonBasicSchema
}

const anything: Schema = {
  oneOf: [
    { type: ['string', 'number', 'boolean', 'null'] },
    { type: 'object', additionalProperties: true },
    { type: 'array' },
  ],
}

/** The name of the whole schema among the definitions, for what refers to it. */
const whole = 'whole schema'

class Conversion {
  readonly #schema: unknown
  readonly #definitions: Schema
  /** Definitions that somebody refers to, converted. */
  readonly #used = new Map<string, Schema>()

  constructor(schema: unknown) {
    const { $defs, definitions, ...rest } = isSchema(schema) ? schema : {}
    this.#schema = schema
    this.#definitions = { ...((definitions ?? {}) as Schema), ...(($defs ?? {}) as Schema), [whole]: rest }
  }

  whole(): Schema {
    const converted = this.#convert(this.#schema)
    return this.#used.size === 0 ? converted : { ...converted, $defs: Object.fromEntries(this.#used) }
  }

  readonly #convert = (given: unknown): Schema => {
    if (!isSchema(given)) return anything
    const schema = this.#merged(given, [])
    return { ...this.#shapeOf(schema), ...described(schema) }
  }

  #shapeOf(schema: Schema): Schema {
    const { $ref, const: constant, enum: values, type } = schema
    if ($ref !== undefined) return this.#reference($ref)
    if (constant !== undefined) return isScalar(constant) ? { const: constant } : anything
    if (Array.isArray(values)) return values.every(isScalar) ? { enum: values } : anything
    const union = schema.oneOf ?? schema.anyOf
    if (Array.isArray(union)) return { oneOf: union.map(this.#convert) }
    if (Array.isArray(type)) return { oneOf: type.map((one) => this.#shapeOf({ ...schema, type: one })) }
    if (type === 'object' || (type === undefined && schema.properties !== undefined)) return this.#objectShape(schema)
    if (type === 'array') return this.#listShape(schema)
    if (type === 'string') return textShape(schema)
    return typeof type === 'string' ? { type } : anything
  }

  /** What refers to nothing that is known, or only to itself, says nothing. */
  #reference($ref: unknown): Schema {
    const name = this.#nameOf($ref)
    if (
      name === undefined ||
      (isSchema(this.#definitions[name]) && this.#nameOf(this.#definitions[name].$ref) === name)
    ) {
      return anything
    }
    if (!this.#used.has(name)) {
      this.#used.set(name, anything)
      this.#used.set(name, this.#convert(this.#definitions[name]))
    }
    return { $ref: `#/$defs/${name}` }
  }

  /** Of the definition that a reference means. */
  #nameOf($ref: unknown): string | undefined {
    if ($ref === '#') return whole
    const pointer = typeof $ref === 'string' ? /^#\/(?:\$defs|definitions)\/([^/]+)$/.exec($ref)?.[1] : undefined
    // JSON Pointer, RFC 6901.
    const name = pointer?.replaceAll('~1', '/').replaceAll('~0', '~')
    return name !== undefined && Object.hasOwn(this.#definitions, name) ? name : undefined
  }

  #objectShape({ properties, additionalProperties, required }: Schema): Schema {
    const known = mapValues((properties ?? {}) as Schema, this.#convert)
    if (typeof additionalProperties === 'object') {
      return { type: 'object', properties: known, additionalProperties: this.#convert(additionalProperties) }
    }
    // A schema allows what it does not name; a model that is asked for named things should write those.
    const open = additionalProperties !== false && Object.keys(known).length === 0
    const shape = { type: 'object', properties: known, additionalProperties: open }
    const needed: readonly unknown[] = Array.isArray(required) ? required : []
    const finite = Object.entries((properties ?? {}) as Schema).filter(
      ([name, property]) => needed.includes(name) || !this.#recurs(property),
    )
    if (finite.length === Object.keys(known).length) return shape
    const without = Object.fromEntries(finite.map(([name]) => [name, known[name]]))
    return { oneOf: [shape, { type: 'object', properties: without, additionalProperties: false }] }
  }

  /** Whether it may lead to a definition that leads to itself. */
  #recurs(schema: unknown): boolean {
    return [...this.#reach(schema)].some((name) => this.#reach(this.#definitions[name]).has(name))
  }

  #reach(schema: unknown, seen: Set<string> = new Set()): Set<string> {
    if (typeof schema !== 'object' || schema === null) return seen
    const name = this.#nameOf((schema as Schema).$ref)
    if (name !== undefined && !seen.has(name)) {
      seen.add(name)
      this.#reach(this.#definitions[name], seen)
    }
    for (const part of Object.values(schema)) this.#reach(part, seen)
    return seen
  }

  #listShape({ items, prefixItems, minItems, maxItems }: Schema): Schema {
    return {
      type: 'array',
      ...(typeof items === 'object' ? { items: this.#convert(items) } : {}),
      ...(Array.isArray(prefixItems) ? { prefixItems: prefixItems.map(this.#convert) } : {}),
      ...numbers({ minItems, maxItems }),
    }
  }

  /** A schema with all that its `allOf` says in one. */
  #merged(schema: Schema, seen: readonly string[]): Schema {
    const { allOf, ...own } = schema
    if (!Array.isArray(allOf)) return schema
    const parts = [own, ...allOf.map((part) => this.#part(part, seen))]
    const properties: Schema = Object.assign({}, ...parts.map((part) => part.properties))
    const required = parts.flatMap((part) => (Array.isArray(part.required) ? part.required : []))
    return Object.assign({}, ...parts, Object.keys(properties).length > 0 ? { properties, required } : {})
  }

  /** A reference beside others is what it refers to. */
  #part(part: unknown, seen: readonly string[]): Schema {
    if (!isSchema(part)) return {}
    const name = this.#nameOf(part.$ref)
    if (name === undefined) return this.#merged(part, seen)
    const { [name]: definition } = this.#definitions
    return seen.includes(name) || !isSchema(definition) ? {} : this.#merged(definition, [...seen, name])
  }
}

function isSchema(given: unknown): given is Schema {
  return typeof given === 'object' && given !== null
}

const formats: readonly unknown[] = ['date-time', 'time', 'date']

function textShape({ format, minLength, maxLength }: Schema): Schema {
  if (formats.includes(format)) return { type: 'string', format }
  return { type: 'string', ...numbers({ minLength, maxLength }) }
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
