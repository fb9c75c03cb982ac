import * as v from 'valibot'
import { Failure } from '../../core/failure.ts'
import { suggestion } from '../../core/suggestion.ts'
import type { Path } from '../steps/kind.ts'

/** What is wrong with a job, and where. */
export interface JobFault {
  readonly path: Path
  /** It is the name at the end of the path that is wrong, not what it holds. */
  readonly atName?: boolean
  /** What it is about, where that is a part of a text: the n-th time that it stands there. */
  readonly tag?: { readonly text: string; readonly nth: number }
  /** It stands in another file than the job: `compare.md:3:7`. */
  readonly elsewhere?: string
  readonly message: string
}

/** Says where a fault stands, for a message: `job.yaml:7:5`, `steps[2].ask`. */
export type Locate = (fault: JobFault) => string

/** All faults in one failure, in the order of the file. */
export function jobInvalid(faults: readonly JobFault[], locate: Locate): Failure {
  const lines = faults.map((fault) => {
    const place = fault.elsewhere ?? locate(fault)
    return place === '' ? fault.message : `${place}: ${fault.message}`
  })
  return new Failure('JOB_INVALID', [...new Set(lines)].join('\n'), { details: { faults: faults.length } })
}

/** What is wrong with a value, by a schema of objects that take no unknown names. */
export function schemaFaults(schema: v.GenericSchema, value: unknown): JobFault[] {
  const parsed = v.safeParse(schema, value)
  const faults = parsed.success ? [] : parsed.issues.map((issue) => faultOf(issue, schema, value))
  return [...faults, ...inheritedNames(value, [])]
}

function faultOf(issue: v.BaseIssue<unknown>, schema: v.GenericSchema, value: unknown): JobFault {
  const path = (issue.path ?? []).map(({ key }) => key as string | number)
  const name = String(path.at(-1) ?? '')
  if (path.length === 0) return { path, message: `expected a job, with input and steps, got ${issue.received}` }
  if (issue.expected?.startsWith('"') && issue.received === 'undefined') {
    return { path: path.slice(0, -1), atName: true, message: `option ${name} is missing` }
  }
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    const known = Object.keys(entriesAt(schema as Nested, value, path.slice(0, -1)))
    return { path, atName: true, message: `unknown option ${name}${suggestion(name, known)}` }
  }
  return { path, message: wordsOf(issue, name) }
}

function wordsOf(
  { message, type, expected, received, requirement }: v.BaseIssue<unknown> & { requirement?: unknown },
  name: string,
): string {
  if (!message.startsWith('Invalid ')) return message
  if (type === 'regex') return `${name}: expected a match of ${String(requirement)}, got ${received}`
  return `${name}: expected ${expected ?? type.replaceAll('_', ' ')}, got ${received}`
}

/** The names that a schema knows at a place. */
function entriesAt(schema: Nested, value: unknown, path: Path): Readonly<Record<string, Nested>> {
  const inner = innermost(schema, value)
  const [key, ...rest] = path
  if (key === undefined) return inner.entries ?? {}
  const next = inner.item ?? inner.entries?.[key] ?? inner.value
  const held = (value as Readonly<Record<string | number, unknown>> | undefined)?.[key]
  return next === undefined ? {} : entriesAt(next, held, rest)
}

/** Without what only wraps it: an optional, what is made for the value, the choices of a union but the first that holds names. */
function innermost(schema: Nested, value: unknown): Nested {
  if (schema.wrapped !== undefined) return innermost(schema.wrapped, value)
  if (schema.getter !== undefined) return innermost(schema.getter(value), value)
  return schema.options?.find((one) => typeof one === 'object' && one.entries !== undefined) ?? schema
}

/** The parts of a valibot schema that hold other schemas. */
interface Nested {
  readonly kind?: string
  readonly wrapped?: Nested
  readonly getter?: (value: unknown) => Nested
  readonly options?: readonly Nested[]
  readonly entries?: Readonly<Record<string, Nested>>
  readonly item?: Nested
  readonly value?: Nested
}

/** Names that every object inherits pass for known ones: they are looked for by hand. Schemas and items may have whatever names they like. */
function inheritedNames(value: unknown, path: Path): JobFault[] {
  if (typeof value !== 'object' || value === null || path.length > maxDepth) return []
  if (Array.isArray(value)) return value.flatMap((one, index) => inheritedNames(one, [...path, index]))
  if (Object.getPrototypeOf(value) !== Object.prototype && Object.getPrototypeOf(value) !== null) return []
  return Object.entries(value).flatMap(([name, one]): JobFault[] => {
    if (name === 'schema' || name === 'items') return []
    if (name in Object.prototype) return [{ path: [...path, name], atName: true, message: `unknown option ${name}` }]
    return inheritedNames(one, [...path, name])
  })
}

const maxDepth = 32
