import * as v from 'valibot'
import { Failure } from '../../../core/failure.ts'
import { suggestion } from '../../../core/suggestion.ts'
import type { Path } from '../../steps/kind.ts'

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

/** All faults in one failure, in the order of the file; those in other files behind them. */
export function jobInvalid(faults: readonly JobFault[], locate: Locate): Failure {
  const placed = faults.map((fault) => {
    const place = fault.elsewhere ?? locate(fault)
    const [, line = 0, column = 0] = /:(\d+):(\d+)$/.exec(place) ?? []
    const rank = [fault.elsewhere === undefined ? 0 : 1, Number(line), Number(column)] as const
    // A line feed stands between faults only: what a message repeats of the job, or of a module's error, could pass for a fault of its own.
    const message = fault.message.replace(/\s*[\r\n]\s*/g, ' ')
    return { rank, text: place === '' ? message : `${place}: ${line === 0 ? unnamed(message, place) : message}` }
  })
  placed.sort(({ rank: one }, { rank: other }) => one[0] - other[0] || one[1] - other[1] || one[2] - other[2])
  const lines = new Set(placed.map(({ text }) => text))
  return new Failure('JOB_INVALID', [...lines].join('\n'), { details: { faults: lines.size } })
}

/** Where a place is a path, it ends with the name that a message begins with. */
function unnamed(message: string, place: string): string {
  const [name = ''] = message.split(': ', 1)
  return place.endsWith(`.${name}`) || place.endsWith(` ${name}`) ? message.slice(name.length + 2) : message
}

/** What is wrong with a value, by a schema of objects that take no unknown names. */
export function schemaFaults(schema: v.GenericSchema, value: unknown): JobFault[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ path: [], message: `expected a job, with input and steps, got ${kindOf(value)}` }]
  }
  const parsed = v.safeParse(schema, value)
  const issues = parsed.success
    ? []
    : parsed.issues.filter(({ type, expected }) => type !== 'strict_object' || expected !== 'never')
  return [...issues.map(faultOf), ...unknownNames(schema as Nested, value, [])]
}

function faultOf(issue: v.BaseIssue<unknown>): JobFault {
  const path = (issue.path ?? []).map(({ key }) => key as string | number)
  const name = nameOf(path)
  if (issue.expected?.startsWith('"') && issue.received === 'undefined') {
    return { path: path.slice(0, -1), atName: true, message: `option ${name} is missing` }
  }
  return { path, message: wordsOf(issue, name) }
}

/** Of what stands in a list, with the name of the list: `urls[2]`. */
function nameOf(path: Path): string {
  const at = path.findLastIndex((key) => typeof key === 'string')
  return path
    .slice(Math.max(0, at))
    .reduce<string>((name, key) => (typeof key === 'number' ? `${name}[${key}]` : key), '')
}

function wordsOf(issue: v.BaseIssue<unknown> & { requirement?: unknown }, name: string): string {
  const { message, type, expected, received, requirement, input } = issue
  if (!message.startsWith('Invalid ')) return type === 'union' ? `${name}: ${message}` : message
  const got = typeof input === 'object' ? kindOf(input) : received
  if (type === 'regex') return `${name}: expected a match of ${String(requirement)}, got ${got}`
  if (type === 'min_length') {
    return `${name}: expected at least ${requirement} ${Array.isArray(input) ? 'of them' : 'character'}, got none`
  }
  return `${name}: expected ${kinds[expected ?? ''] ?? expected ?? type.replaceAll('_', ' ')}, got ${got}`
}

/** In words what the library calls by the names of classes. */
const kinds: Readonly<Record<string, string>> = {
  Array: 'a list',
  Object: 'options',
  string: 'a text',
  number: 'a number',
}

function kindOf(value: unknown): string {
  return value === null
    ? 'nothing'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'object'
        ? 'options'
        : typeof value === 'function' || typeof value === 'bigint'
          ? `a ${typeof value}`
          : JSON.stringify(value)
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

/** Every name that the schema does not know, as the library itself tells of one for each object. What is of no known kind is passed over. */
function unknownNames(schema: Nested, value: unknown, path: Path): JobFault[] {
  const inner = innermost(schema, value)
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) {
    const { item } = inner
    if (item !== undefined) return value.flatMap((one, index) => unknownNames(item, one, [...path, index]))
    return inner.entries === undefined ? [] : [{ path, message: `${path.at(-1)}: expected options, got a list` }]
  }
  const { entries, value: every } = inner
  if (entries === undefined && every === undefined) return []
  return Object.entries(value).flatMap(([name, one]): JobFault[] => {
    const at = [...path, name]
    const known = entries === undefined ? every : Object.hasOwn(entries, name) ? entries[name] : undefined
    if (known !== undefined) return unknownNames(known, one, at)
    return [
      { path: at, atName: true, message: `unknown option ${name}${suggestion(name, Object.keys(entries ?? {}))}` },
    ]
  })
}
