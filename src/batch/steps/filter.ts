import * as v from 'valibot'
import { Failure } from '../../core/failure.ts'
import { pathFault } from '../template/check.ts'
import type { ItemView } from '../template/item-view.ts'
import { lackOf, valueAt } from '../template/render.ts'
import type { MadeStep, StepKind, StepSite } from './kind.ts'
import { moduleStep } from './run.ts'
import type { FilterStep } from './step.ts'
import { type WorkingOptions, words, workingEntries } from './working.ts'

type Scalar = string | number | boolean | null

export interface FilterStepOptions extends Omit<WorkingOptions, 'effects'> {
  /** Name of a field of the input or of a result, with dots: `answer.score`. All conditions must hold. */
  readonly field?: string
  readonly exists?: boolean
  readonly equals?: Scalar
  readonly notEquals?: Scalar
  readonly in?: readonly Scalar[]
  /** A part of a text, or an element of an array. */
  readonly contains?: Scalar
  readonly above?: number
  readonly below?: number
  /** The item goes on where the conditions do not hold. */
  readonly not?: boolean
  /** Or a function that says so, on a worker thread. */
  readonly module?: string
  readonly export?: string
  readonly version?: string
}

const scalar = v.union(
  [v.string(), v.number(), v.boolean(), v.null()],
  'expected a text, a number, true, false or null',
)
const conditions = {
  exists: v.optional(v.boolean()),
  equals: v.optional(scalar),
  notEquals: v.optional(scalar),
  in: v.optional(v.array(scalar)),
  contains: v.optional(scalar),
  above: v.optional(v.number()),
  below: v.optional(v.number()),
} as const satisfies v.ObjectEntries
const { effects, ...common } = workingEntries
const schema = v.strictObject({
  ...common,
  ...conditions,
  field: v.optional(words),
  not: v.optional(v.boolean()),
  module: v.optional(words),
  export: v.optional(words),
  version: v.optional(words),
})

/** Lets items go on that fulfil conditions, or of which a function says so; the others are skipped. */
export const filterKind: StepKind = { key: 'filter', result: 'filter', schema, isBare: false, make }

async function make(options: FilterStepOptions, site: StepSite): Promise<MadeStep | undefined> {
  const { field, module, not = false } = options
  const given = Object.keys(conditions).filter((name) => options[name as keyof FilterStepOptions] !== undefined)
  if (module !== undefined) {
    if (field !== undefined || given.length > 0)
      return void site.fault('expected conditions on a field, or a module: not both', ['module'])
    return byModule(module, options, not, site)
  }
  if (field === undefined) return void site.fault('expected field, with a condition, or module')
  if (given.length === 0) {
    return void site.fault(`expected a condition on ${field}: ${Object.keys(conditions).join(', ')}`)
  }
  const uses = new Set<string>()
  const fault = pathFault(field, site.names, uses)
  if (fault !== undefined) return void site.fault(fault, ['field'])
  const step = filterBy(site, [...uses], (item) => verdictOn(valueAt(field, item, site.names), field, options), not)
  // Who leaves out what lacks a field says that it may be lacking.
  if (options.exists === true && !not) return { steps: [step] }
  return { steps: [{ ...step, lacks: (item) => lackOf(field, item, site.names) }] }
}

/** Two steps: a verdict on a worker thread, and what follows from it. */
async function byModule(
  module: string,
  options: FilterStepOptions,
  not: boolean,
  site: StepSite,
): Promise<MadeStep | undefined> {
  const verdict = `${site.name} verdict`
  const made = await moduleStep({ ...options, module }, { ...site, name: verdict })
  if (made === undefined) return undefined
  const isKept = ({ results }: ItemView): string | undefined =>
    Object.hasOwn(results, verdict) && results[verdict]
      ? undefined
      : `${options.export ?? 'default'} of ${module} said no`
  return { steps: [{ ...made, isAside: true }, filterBy(site, [verdict], isKept, not)] }
}

function filterBy(
  { name }: StepSite,
  uses: readonly string[],
  whyNot: (item: ItemView) => string | undefined,
  not: boolean,
): FilterStep {
  return {
    kind: 'filter',
    name,
    uses,
    keep: (item) => {
      const reason = whyNot(item)
      if ((reason === undefined) !== not) return true
      return new Failure('FILTERED', `${name}: ${reason ?? 'the conditions hold, and not is said'}`)
    },
  }
}

/** The first condition that does not hold, in words. */
function verdictOn(value: unknown, field: string, options: FilterStepOptions): string | undefined {
  const is = `${field} is ${shown(value)}`
  const { exists, equals, notEquals, contains, above, below } = options
  if (exists !== undefined && exists !== (value !== undefined && value !== null && value !== '')) {
    return exists ? `there is no ${field}` : is
  }
  if (equals !== undefined && !same(value, equals)) return `${is}, not ${shown(equals)}`
  if (notEquals !== undefined && same(value, notEquals)) return is
  if (options.in?.some((one) => same(value, one)) === false) return `${is}, which is not among those named`
  if (contains !== undefined && !holds(value, contains)) return `${is}, which does not hold ${shown(contains)}`
  if (above !== undefined && !(numberOf(value) > above)) return `${is}, not above ${above}`
  if (below !== undefined && !(numberOf(value) < below)) return `${is}, not below ${below}`
  return undefined
}

/** A table of text has its numbers as texts. */
function same(value: unknown, other: Scalar): boolean {
  if (value === other) return true
  const isText = typeof value === 'string' && (typeof other === 'number' || typeof other === 'boolean')
  return isText && value.trim() === String(other)
}

function holds(value: unknown, part: Scalar): boolean {
  if (Array.isArray(value)) return value.some((one) => same(one, part))
  return typeof value === 'string' && value.includes(String(part))
}

function numberOf(value: unknown): number {
  if (typeof value === 'number') return value
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'not there'
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}
