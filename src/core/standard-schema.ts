/**
 * A schema of any library that implements Standard Schema 1 (https://standardschema.dev): zod, valibot, ArkType. The part of it that is
 * needed to check a value.
 */
export interface StandardSchema<Output> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    validate(value: unknown): SchemaResult<Output> | Promise<SchemaResult<Output>>
    /** Never there at run time: carries the types of what goes in and what comes out. */
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined
  }
}

/** The value as the schema makes it, or what is wrong with it: wrong when `issues` is there. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] }

export interface SchemaIssue {
  readonly message: string
  /** Keys from the outside in. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

export function isStandardSchema(value: unknown): value is StandardSchema<unknown> {
  const { '~standard': standard } = Object(value) as Partial<StandardSchema<unknown>>
  return typeof standard?.validate === 'function'
}
