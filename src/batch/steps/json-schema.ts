import type { OutputUnit, Schema } from '@cfworker/json-schema'
import type { DescribedSchema, JsonSchema } from '../../../models/model.ts'
import { messageOf } from '../../core/failure.ts'
import type { SchemaIssue } from '../../core/standard-schema.ts'
import { suggestion } from '../../core/suggestion.ts'
import { keywords, schemaOfSchemas } from './schema-of-schemas.ts'

/**
 * A schema that checks by JSON Schema (draft 2020-12). References stay within it: nothing is fetched.
 *
 * @throws Error that says which keyword is unknown, or wrong, and where
 */
export async function schemaOfJson(json: unknown): Promise<DescribedSchema<unknown>> {
  const { Validator, dereference } = await import('@cfworker/json-schema')
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new Error(`JSON Schema: expected an object, got ${JSON.stringify(json)}`)
  }
  // The library writes into what it is given; a copy is neither frozen nor the user's.
  const schema = JSON.parse(JSON.stringify(json)) as JsonSchema
  const [wrong] = finite(() => leaves(new Validator(schemaOfSchemas(), draft, false).validate(schema).errors))
  if (wrong !== undefined) throw new Error(schemaFault(wrong))
  const lost = lostReference(dereference(schema))
  if (lost !== undefined) throw new Error(`JSON Schema: $ref ${lost} leads to no part of it`)
  const validator = new Validator(schema as Schema, draft, false)
  finite(() => validator.validate(null))
  return {
    '~standard': {
      version: 1,
      vendor: 'weft',
      validate: (value) => {
        try {
          const { valid, errors } = validator.validate(value)
          return valid ? { value } : { issues: leaves(errors).map(issueOf) }
        } catch (thrown) {
          // Of a name with half a surrogate pair the library can say no place.
          return { issues: [{ message: `it cannot be checked: ${messageOf(thrown)}` }] }
        }
      },
      jsonSchema: { input: () => ({ ...schema }) },
    },
  }
}

const draft = '2020-12'

/** @throws Error for a schema that the library would follow until the stack ends */
function finite<T>(work: () => T): T {
  try {
    return work()
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown
    throw new Error('JSON Schema: it nests too deep, or a $ref leads back to itself', { cause: thrown })
  }
}

function lostReference(parts: Readonly<Record<string, Schema | boolean>>): string | undefined {
  for (const part of Object.values(parts)) {
    if (typeof part === 'boolean' || part.$ref === undefined) continue
    if (!Object.hasOwn(parts, part.__absolute_ref__ ?? part.$ref)) return part.$ref
  }
  return undefined
}

/** Keywords of errors that only lead to others. */
const leading = new Set([
  ...['properties', 'patternProperties', 'additionalProperties', 'unevaluatedProperties', 'propertyNames'],
  ...['prefixItems', 'items', 'unevaluatedItems', 'dependentSchemas', '$ref', 'allOf', 'if'],
])
/** Keywords of errors behind which those of each alternative stand. */
const choosing = new Set(['anyOf', 'oneOf', 'contains', 'minContains'])

/** The errors that say what is wrong; where none of the alternatives fits, only that. */
function leaves(all: readonly OutputUnit[]): readonly OutputUnit[] {
  const errors = all.slice(0, maxErrors)
  const choices = errors.filter(({ keyword }) => choosing.has(keyword))
  const found = errors.filter(
    (error) => !leading.has(error.keyword) && !choices.some((choice) => isWithin(error, choice)),
  )
  return found.length > 0 ? found : errors.slice(0, 1)
}

/** Of a long list that is wrong throughout the first ones say enough: they are compared with each other. */
const maxErrors = 1_000

function isWithin({ keyword, keywordLocation, instanceLocation }: OutputUnit, choice: OutputUnit): boolean {
  // The library knows not where in the schema a `false` stands, only where in the value.
  if (keyword === 'false') return `${instanceLocation}/`.startsWith(`${choice.instanceLocation}/`)
  return keywordLocation.startsWith(`${choice.keywordLocation}/`)
}

function issueOf({ keyword, instanceLocation, error }: OutputUnit): SchemaIssue {
  return { message: keyword === 'false' ? 'it is not expected here' : error, path: pathOf(instanceLocation) }
}

/** Of a JSON Pointer in a fragment (RFC 6901). */
function pathOf(pointer: string): string[] {
  const [, ...names] = pointer.split('/')
  return names.map((name) => decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~'))
}

function schemaFault({ keyword, instanceLocation, error }: OutputUnit): string {
  const path = pathOf(instanceLocation)
  const say = (names: readonly string[], what: string): string =>
    `JSON Schema${names.length === 0 ? '' : ` at ${names.join('.')}`}: ${what}`
  if (keyword !== 'false') return say(path, error)
  const name = path.at(-1)!
  return say(path.slice(0, -1), `unknown keyword ${name}${suggestion(name, keywords)}`)
}
