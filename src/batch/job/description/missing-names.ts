import leven from 'leven'
import { Failure } from '../../../core/failure.ts'
import type { Step } from '../../steps/step.ts'
import type { ItemView } from '../../template/item-view.ts'

/** A step that asks names of its items. */
type Asking = Exclude<Step, { kind: 'collect' }>

/** A name that a step asks of its items, and that none of them has. */
export interface MissingName {
  readonly step: string
  readonly name: string
  /** One that they have, and that may be meant. */
  readonly nearest: string | undefined
  /** Why the step would fail for every one of them, or what a filter takes for nothing, in words. */
  readonly message: string
  /** It does not fail: it lets all of them go on, or none. */
  readonly isOfFilter: boolean
}

/** What a step before it will give, nobody knows yet: that is never missing. */
export function missingName(step: Asking, views: readonly ItemView[]): MissingName | undefined {
  let first: Failure | undefined
  for (const view of views) {
    const failure = refusalOf(step, view)
    const name = failure?.details?.missing
    if (failure === undefined || name === undefined || (first !== undefined && first.details?.missing !== name))
      return undefined
    first ??= failure
  }
  if (first === undefined) return undefined
  const { missing: name, nearest } = first.details as { readonly missing: string; readonly nearest?: string }
  const isOfFilter = step.kind === 'filter'
  // An item without a field of a filter may be meant so: only what looks like a slip of the finger is taken for one.
  const isMeant = nearest !== undefined && (!isOfFilter || isSlip(name, nearest))
  return {
    step: step.name,
    name,
    nearest: isMeant ? nearest : undefined,
    message: `${step.name}: ${first.message}`,
    isOfFilter,
  }
}

/**
 * Of a name that most likely is misspelt, why the job is not run: steps before it would be paid for, for nothing.
 *
 * @param place of the items
 * @param looked how many of them were looked at
 * @param done names of steps that were done before as they are: other items have what these lack
 */
export function misspelling(
  missing: readonly MissingName[],
  place: string,
  looked: number,
  done: ReadonlySet<string>,
): Failure | undefined {
  const found = missing.find(({ step, nearest }) => nearest !== undefined && !done.has(step))
  if (found === undefined) return undefined
  const { step, name, nearest, isOfFilter } = found
  const first = looked === 1 ? 'the first item' : `none of the first ${looked} items`
  const message = `${step}: ${first} of ${place} has ${looked === 1 ? 'no ' : ''}${name}, did you mean ${nearest}? Nothing was run; for a field that items may lack, ${isOfFilter ? 'filter by a module' : `write {{#${name}}}{{${name}}}{{/${name}}}`}`
  return new Failure('JOB_INVALID', message, { details: { missing: name, nearest: nearest! } })
}

function refusalOf(step: Asking, view: ItemView): Failure | undefined {
  if (step.kind === 'filter') return step.lacks?.(view)
  try {
    step.prepare(view)
    return undefined
  } catch (thrown) {
    return Failure.from(thrown)
  }
}

/** The same letters in another order, or no more than a third of them other ones. */
function isSlip(name: string, nearest: string): boolean {
  const letters = (word: string): string => [...word].toSorted().join('')
  return letters(name) === letters(nearest) || leven(name, nearest) <= Math.floor(name.length / 3)
}
