import type { GenerateRequest, JsonSchema } from '../model.ts'

/**
 * Whether the API can hold an answer to a schema: it closes every object, and takes no recursion and nothing without a type (Structured
 * outputs, JSON Schema limitations). What else it does not take, lengths and ranges, becomes part of the descriptions.
 */
export function isEnforceable(schema: JsonSchema): boolean {
  return canHold(schema, schema, [])
}

/** A request that says in words what its answer must be. Of a step with a schema it already does: see `described`. */
export function inWords(request: GenerateRequest, jsonSchema: JsonSchema): GenerateRequest {
  const schema = JSON.stringify(jsonSchema)
  if (request.system?.includes(schema)) return request
  const words = `Answer with JSON only. This JSON Schema describes it:\n${schema}`
  return { ...request, system: request.system ? `${request.system}\n\n${words}` : words }
}

/** @param refs that led here: one that comes twice is a recursion */
function canHold(schema: unknown, root: JsonSchema, refs: readonly string[]): boolean {
  if (!isObject(schema)) return false
  const ref = schema.$ref
  if (ref !== undefined) {
    const name = typeof ref === 'string' ? /^#\/\$defs\/([^/]+)$/.exec(ref)?.[1] : undefined
    if (name === undefined || refs.includes(name) || !isObject(root.$defs)) return false
    return canHold(root.$defs[name], root, [...refs, name])
  }
  const parts = [schema.anyOf, schema.oneOf, schema.allOf].find(Array.isArray)
  if (parts !== undefined) return parts.every((part) => canHold(part, root, refs))
  if (schema.enum !== undefined || schema.const !== undefined) return true
  if (schema.type === 'array') return schema.items === undefined || canHold(schema.items, root, refs)
  if (schema.type !== 'object') return schema.type !== undefined
  const properties = Object.values(schema.properties ?? {})
  // An object whose names the schema does not know, a dictionary, would have none at all once it is closed.
  return properties.length > 0 && properties.every((property) => canHold(property, root, refs))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
