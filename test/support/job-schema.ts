import { writeFile } from 'node:fs/promises'
import { toJsonSchema } from '@valibot/to-json-schema'
import { describedJobSchema } from '../../src/batch/job/file/job-schema.ts'

// `node test/support/job-schema.ts` writes the schema anew, `npm run format` sets it as the other files.
export const schemaFile: URL = new URL('../../src/batch/job/file/job.schema.json', import.meta.url)

if (import.meta.main) await writeFile(schemaFile, JSON.stringify(describedJob(), null, 2))

/** JSON Schema of a job file as the schema that checks it says it, without what only TypeScript can say. */
export function describedJob(): unknown {
  const options = { target: 'draft-07', typeMode: 'input', errorMode: 'ignore' } as const
  return { title: 'weft job', ...(withoutFunctions(toJsonSchema(describedJobSchema, options)) as object) }
}

/** What stands for a function, a model or a schema of TypeScript is the empty schema, which would take anything. */
function withoutFunctions(node: unknown): unknown {
  if (Array.isArray(node)) return node.filter((one) => !isEmpty(one)).map(withoutFunctions)
  if (typeof node !== 'object' || node === null) return node
  const entries = Object.entries(node).filter(([name, one]) => name === 'additionalProperties' || !isEmpty(one))
  return Object.fromEntries(entries.map(([name, one]) => [name, withoutFunctions(one)]))
}

function isEmpty(schema: unknown): boolean {
  return typeof schema === 'object' && schema !== null && Object.keys(schema).length === 0
}
