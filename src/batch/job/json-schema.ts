import { toJsonSchema } from '@valibot/to-json-schema'
import { describedJobSchema } from './job-schema.ts'

/** JSON Schema (draft 7) of a job file, for editors: what only TypeScript can say is left out. */
export function jobJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = toJsonSchema(describedJobSchema, { target: 'draft-07', typeMode: 'input', errorMode: 'ignore' })
  return { title: 'weft job', ...(withoutFunctions(schema) as object) }
}

/** What stands for a function, a model or a schema of TypeScript is the empty schema, which would take anything. */
function withoutFunctions(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutFunctions)
  if (typeof node !== 'object' || node === null) return node
  return Object.fromEntries(
    Object.entries(node).flatMap(([name, one]): [string, unknown][] => {
      if (name === 'anyOf' && Array.isArray(one))
        return [[name, one.filter((choice) => !isEmpty(choice)).map(withoutFunctions)]]
      if (name !== 'properties') return [[name, withoutFunctions(one)]]
      const properties = Object.entries(one as object).filter(([key, value]) => !isEmpty(value) || key === 'search')
      return [[name, Object.fromEntries(properties.map(([key, value]) => [key, withoutFunctions(value)]))]]
    }),
  )
}

function isEmpty(schema: unknown): boolean {
  return typeof schema === 'object' && schema !== null && Object.keys(schema).length === 0
}
