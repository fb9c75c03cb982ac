import schema from './job.schema.json' with { type: 'json' }

/** JSON Schema (draft 7) of a job file, for editors: what `weft schema` prints. A test holds it to the schema that job files are checked by. */
export function jobJsonSchema(): Readonly<Record<string, unknown>> {
  return schema
}
