import * as v from 'valibot'
import type { BuiltInCode } from './codes.ts'
import { Failure } from './failure.ts'
import { suggestion } from './suggestion.ts'

/** The schema of an object of options: strict, so that a misspelt name is an error. */
export type OptionsSchema = v.StrictObjectSchema<v.ObjectEntries, undefined>

/**
 * Options as their schema has them, defaults filled in.
 *
 * @param what whose options they are, as the caller wrote it: `map`, `createRuntime`
 * @param code of the failure: `INVALID_INPUT` where they are what a task is given
 * @throws Failure with that code: every fault in one message, an unknown name with the nearest known one
 */
export function parseOptions<S extends OptionsSchema>(
  schema: S,
  options: unknown,
  what: string,
  code: BuiltInCode = 'INVALID_OPTION',
): v.InferOutput<S> {
  const parsed = v.safeParse(schema, options === undefined ? {} : options)
  if (parsed.success) return parsed.output
  const faults = parsed.issues.map((issue) => describe(issue, schema))
  throw new Failure(code, `${what}: ${faults.join('; ')}`)
}

function describe(issue: v.BaseIssue<unknown>, schema: OptionsSchema): string {
  const path = issue.path?.map((item) => String(item.key)) ?? []
  const name = path.join('.')
  if (name === '') return `expected an object of options, got ${issue.received}`
  // Where a name is missing, valibot expects the name itself, in quotes.
  if (issue.expected?.startsWith('"') && issue.received === 'undefined') return `option ${name} is missing`
  if (issue.expected !== 'never') {
    // A rule like `integer` names nothing that it expects but itself.
    const expected = issue.expected ?? issue.type.replaceAll('_', ' ')
    return `option ${name}: expected ${expected}, got ${issue.received}`
  }
  return `unknown option ${name}${suggestion(path.at(-1)!, knownNames(schema as Nested, path.slice(0, -1)))}`
}

/** The names that the schema knows at this place. */
function knownNames(schema: Nested, path: readonly string[]): string[] {
  const at = path.reduce<Nested | undefined>(
    (outer, key) => inner(outer)?.entries?.[key] ?? inner(outer)?.value,
    schema,
  )
  return Object.keys(inner(at)?.entries ?? {})
}

/** A schema without the `optional` round it. */
function inner(schema: Nested | undefined): Nested | undefined {
  return schema?.wrapped === undefined ? schema : inner(schema.wrapped)
}

/** The parts of a valibot schema that hold other schemas: of an optional, an object, a record. */
interface Nested {
  readonly wrapped?: Nested
  readonly entries?: Readonly<Record<string, Nested>>
  readonly value?: Nested
}
