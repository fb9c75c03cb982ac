import * as v from 'valibot'
import { suggestion } from '../../../core/suggestion.ts'
import type { StepKind } from '../../steps/kind.ts'
import { stepKinds } from '../../steps/kinds.ts'
import { count, timeMs, words } from '../../steps/working.ts'
import { lanes } from './lanes.ts'

const anyItems = v.custom<Iterable<unknown>>(
  (given) => typeof given !== 'string' && (Symbol.iterator in Object(given) || Symbol.asyncIterator in Object(given)),
  'items: expected a list, or in TypeScript anything that can be iterated',
)
const format = v.picklist(['jsonl', 'csv', 'txt'])

/** What a job may say. Of `input` one way to name items; `items`, an iterable, in TypeScript alone. */
const input = v.strictObject({
  urls: v.optional(v.pipe(v.array(words), v.minLength(1))),
  glob: v.optional(v.union([words, v.pipe(v.array(words), v.minLength(1))])),
  file: v.optional(words),
  format: v.optional(format),
  delimiter: v.optional(v.pipe(v.string(), v.length(1))),
  stdin: v.optional(format),
  search: v.optional(v.unknown()),
  items: v.optional(anyItems),
})

const output = v.strictObject({
  jsonl: v.optional(words),
  markdown: v.optional(words),
  ordered: v.optional(v.boolean()),
  fields: v.optional(v.pipe(v.array(words), v.minLength(1))),
})

const onFailure = v.union(
  [v.picklist(['settle', 'fail-fast']), v.strictObject({ quorum: count }), v.strictObject({ deadlineMs: timeMs })],
  'expected settle, fail-fast, { quorum: n } or { deadlineMs: n }',
)

const amount = v.pipe(v.number(), v.minValue(0), v.finite())
const budget = v.strictObject({
  tokens: v.optional(amount),
  costUsd: v.optional(amount),
  wallMs: v.optional(timeMs),
  tasks: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
})

/** A folder is called so: see `JobPlan.journalFolder`. */
export const jobName: RegExp = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

export const jobSchema: v.GenericSchema = schemaWith(v.lazy(stepSchemaFor))
/** The same, with every kind of step written out: for editors, which do not know yet which one is meant. */
export const describedJobSchema: v.GenericSchema = schemaWith(
  v.union([v.picklist(bareNames()), ...stepKinds.filter(({ key }) => key !== 'search').map(objectOf)]),
)

function schemaWith(step: v.GenericSchema): v.GenericSchema {
  return v.strictObject({
    $schema: v.optional(v.string()),
    name: v.optional(v.pipe(v.string(), v.regex(jobName))),
    version: v.optional(v.union([v.string(), v.number()], 'expected a text or a number')),
    input,
    limit: v.optional(count),
    lanes: v.optional(lanes),
    steps: v.pipe(v.array(step), v.minLength(1)),
    output: v.optional(output),
    onFailure: v.optional(onFailure),
    budget: v.optional(budget),
    durability: v.optional(v.picklist(['process', 'power'])),
    concurrency: v.optional(count),
  })
}

/** By the step's own name, so that what is wrong with it is said of that kind, not of all. */
function stepSchemaFor(step: unknown): v.GenericSchema {
  if (typeof step === 'string') return wordSchema(step)
  const names = typeof step === 'object' && step !== null && !Array.isArray(step) ? Object.keys(step) : []
  if (names.length !== 1) {
    const got =
      names.length > 0 ? names.join(' and ') : step === null || typeof step === 'object' ? 'none' : String(step)
    return never(
      `expected the name of one step, with its options, got ${got}${names.length > 1 ? ': give each a dash of its own' : ''}`,
    )
  }
  const kind = kindNamed(names[0]!)
  return kind === undefined ? never(unknownStep(names[0]!)) : objectOf(kind)
}

function wordSchema(word: string): v.GenericSchema {
  const kind = kindNamed(word)
  if (kind === undefined) return never(unknownStep(word))
  return kind.isBare ? v.literal(word) : never(`${word} has options that it needs: write ${word}: { … }`)
}

export function kindNamed(name: string): StepKind | undefined {
  return stepKinds.find(({ key }) => key === name)
}

function objectOf(kind: StepKind): v.GenericSchema {
  return v.strictObject({ [kind.key]: kind.isBare ? v.nullable(kind.schema) : kind.schema })
}

function bareNames(): string[] {
  return stepKinds.filter(({ isBare }) => isBare).map(({ key }) => key)
}

function unknownStep(name: string): string {
  const names = stepKinds.map(({ key }) => key)
  return `unknown step ${name}${suggestion(name, names)}`
}

function never(message: string): v.GenericSchema {
  return v.custom(() => false, message)
}
