import type { DescribedSchema, JsonSchema } from '../../../models/model.ts'
import type { SchemaIssue } from '../../core/standard-schema.ts'
import { suggestion } from '../../core/suggestion.ts'

/**
 * A schema that checks by JSON Schema (draft 2020-12), as far as it describes the answers of models: types, objects, arrays, enumerations,
 * limits, `anyOf` and `allOf`. References and conditions are not taken.
 *
 * @throws Error that says which keyword is not taken, or wrong, and where
 */
export function schemaOfJson(json: JsonSchema): DescribedSchema<unknown> {
  assertTaken(json, '')
  return {
    '~standard': {
      version: 1,
      vendor: 'weft',
      validate: (value) => {
        const issues: SchemaIssue[] = []
        check(json, value, [], issues)
        return issues.length === 0 ? { value } : { issues }
      },
      jsonSchema: { input: () => ({ ...json }) },
    },
  }
}

type Path = readonly (string | number)[]
type Rule = (given: unknown, value: unknown, schema: JsonSchema) => string | undefined

const types: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  array: Array.isArray,
  object: isObject,
}

const equals = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)
const limit = (
  of: (value: unknown) => number | undefined,
  fits: (size: number, given: number) => boolean,
  say: string,
): Rule => {
  return (given, value) => {
    const size = of(value)
    return size === undefined || fits(size, given as number) ? undefined : `expected ${say} ${given}, got ${size}`
  }
}
const numeric = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)
const letters = (value: unknown): number | undefined => (typeof value === 'string' ? [...value].length : undefined)
const length = (value: unknown): number | undefined => (Array.isArray(value) ? value.length : undefined)
const least = (size: number, given: number): boolean => size >= given
const most = (size: number, given: number): boolean => size <= given

/** What a value alone is held against. */
const rules: Readonly<Record<string, Rule>> = {
  type: (given, value) => {
    const named = [given].flat() as string[]
    return named.some((type) => types[type]?.(value))
      ? undefined
      : `expected ${named.join(' or ')}, got ${kindOf(value)}`
  },
  enum: (given, value) =>
    (given as unknown[]).some((one) => equals(one, value)) ? undefined : `expected one of ${JSON.stringify(given)}`,
  const: (given, value) => (equals(given, value) ? undefined : `expected ${JSON.stringify(given)}`),
  minimum: limit(numeric, least, 'at least'),
  maximum: limit(numeric, most, 'at most'),
  exclusiveMinimum: limit(numeric, (size, given) => size > given, 'more than'),
  exclusiveMaximum: limit(numeric, (size, given) => size < given, 'less than'),
  minLength: limit(letters, least, 'characters of at least'),
  maxLength: limit(letters, most, 'characters of at most'),
  minItems: limit(length, least, 'items of at least'),
  maxItems: limit(length, most, 'items of at most'),
  pattern: (given, value) =>
    typeof value !== 'string' || new RegExp(given as string, 'u').test(value)
      ? undefined
      : `expected a match of ${given}`,
}

/** What leads to other schemas. */
const nesting = ['properties', 'required', 'additionalProperties', 'items', 'anyOf', 'allOf']
/** What only describes. */
const notes = ['$schema', '$id', 'title', 'description', 'default', 'examples', 'format']

function check(schema: JsonSchema | boolean, value: unknown, path: Path, issues: SchemaIssue[]): void {
  if (schema === false) issues.push({ message: 'expected nothing here', path })
  if (typeof schema === 'boolean') return
  for (const [keyword, rule] of Object.entries(rules)) {
    const message = Object.hasOwn(schema, keyword) ? rule(schema[keyword], value, schema) : undefined
    if (message !== undefined) issues.push({ message, path })
  }
  if (isObject(value)) checkFields(schema, value, path, issues)
  if (Array.isArray(value) && schema.items !== undefined) {
    for (const [index, one] of value.entries()) check(schema.items as JsonSchema, one, [...path, index], issues)
  }
  for (const one of (schema.allOf ?? []) as JsonSchema[]) check(one, value, path, issues)
  const anyOf = schema.anyOf as JsonSchema[] | undefined
  if (anyOf === undefined || anyOf.some((one) => fits(one, value))) return
  issues.push({ message: `expected one of ${anyOf.length} alternatives`, path })
}

function fits(schema: JsonSchema, value: unknown): boolean {
  const issues: SchemaIssue[] = []
  check(schema, value, [], issues)
  return issues.length === 0
}

function checkFields(
  schema: JsonSchema,
  value: Readonly<Record<string, unknown>>,
  path: Path,
  issues: SchemaIssue[],
): void {
  const properties = (schema.properties ?? {}) as Readonly<Record<string, JsonSchema>>
  for (const name of (schema.required ?? []) as string[]) {
    if (!Object.hasOwn(value, name)) issues.push({ message: 'it is missing', path: [...path, name] })
  }
  for (const [name, one] of Object.entries(value)) {
    if (Object.hasOwn(properties, name)) check(properties[name]!, one, [...path, name], issues)
    else if (schema.additionalProperties !== undefined) {
      check(schema.additionalProperties as JsonSchema, one, [...path, name], issues)
    }
  }
}

const maxDepth = 32

function assertTaken(schema: unknown, place: string, depth = 0): void {
  const wrong = (what: string): Error => new Error(`JSON Schema${place === '' ? '' : ` at ${place}`}: ${what}`)
  if (typeof schema === 'boolean' && depth > 0) return
  if (!isObject(schema)) throw wrong(`expected an object, got ${kindOf(schema)}`)
  if (depth > maxDepth) throw wrong(`it is nested deeper than ${maxDepth}`)
  const known = [...Object.keys(rules), ...nesting, ...notes]
  for (const [keyword, given] of Object.entries(schema)) {
    if (!known.includes(keyword)) throw wrong(`keyword ${keyword} is not taken${suggestion(keyword, known)}`)
    if (!isWellFormed(keyword, given)) throw wrong(`${keyword} cannot be ${JSON.stringify(given)}`)
  }
  const inner: [string, unknown][] = Object.entries((schema.properties ?? {}) as object)
  for (const keyword of ['items', 'additionalProperties']) {
    if (Object.hasOwn(schema, keyword)) inner.push([keyword, schema[keyword]])
  }
  for (const keyword of ['anyOf', 'allOf'])
    for (const one of (schema[keyword] ?? []) as unknown[]) inner.push([keyword, one])
  for (const [name, one] of inner) assertTaken(one, place === '' ? name : `${place}.${name}`, depth + 1)
}

function isWellFormed(keyword: string, given: unknown): boolean {
  if (keyword === 'type') return [given].flat().every((type) => typeof type === 'string' && Object.hasOwn(types, type))
  if (keyword === 'properties') return isObject(given)
  if (['enum', 'anyOf', 'allOf'].includes(keyword)) return Array.isArray(given) && given.length > 0
  if (keyword === 'required') return Array.isArray(given) && given.every((name) => typeof name === 'string')
  if (keyword === 'pattern') return isPattern(given)
  if (/^(min|max|exclusive)/.test(keyword)) return typeof given === 'number'
  return true
}

function isPattern(given: unknown): boolean {
  try {
    return typeof given === 'string' && new RegExp(given, 'u') instanceof RegExp
  } catch {
    return false
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value
}
