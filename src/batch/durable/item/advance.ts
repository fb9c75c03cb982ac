import { Failure } from '../../../core/failure.ts'
import type { EachStep, ExpandStep } from '../../steps/step.ts'
import { contentKey, jsonOf } from './content-key.ts'
import { Entry, type Prepared } from './entry.ts'
import { checkDepth, childNumber, maxChildren } from './numbers.ts'
import type { Shape } from './shape.ts'

export type WorkingStep = EachStep | ExpandStep

/**
 * What the step at which the item stands is given. Asked for once.
 *
 * @throws Failure what `prepare` throws; `INVALID_INPUT` when the item lies too deep for others to be made of it
 */
export function prepared(entry: Entry, step: WorkingStep): Prepared {
  if (entry.prepared === undefined) {
    if (step.kind === 'expand') checkDepth(entry.number, step.name)
    const input = step.prepare(entry.view)
    entry.prepared = { input, key: contentKey(step.version, jsonOf(input)) }
  }
  return entry.prepared
}

/** The item has done with the step at which it stands, and goes on to the next. */
export function advance(shape: Shape, entry: Entry, value: unknown): void {
  const { at } = entry
  const step = shape.steps[at]!
  if (step.kind === 'expand') {
    entry.made = value as readonly unknown[]
    // Of nothing no item is made: then it stands for itself.
    if (entry.made.length === 0) keep(shape, entry, at, value)
  } else keep(shape, entry, at, value)
  entry.prepared = undefined
  entry.at = at + 1
  for (const name in entry.results) if (!shape.keeps(name, at)) delete entry.results[name]
}

/** A step that gives nothing: the item goes on as it is. */
export function pass(entry: Entry): void {
  entry.prepared = undefined
  entry.at += 1
}

/** The items of what an `expand` gave. */
export function childrenOf(shape: Shape, parent: Entry): Entry[] {
  const level = shape.levels[parent.level.index + 1]!
  const made = parent.made!
  parent.made = undefined
  parent.last = undefined
  return made.map((value, position) => {
    const child = new Entry(level, childNumber(parent.number, position), parent.place, parent)
    keep(shape, child, level.from - 1, value)
    return child
  })
}

/**
 * @returns the value of an `expand`, as it is
 * @throws Failure `INVALID_INPUT` when no items can be made of it
 */
export function checkedList(value: unknown, name: string): readonly unknown[] {
  if (Array.isArray(value) && value.length <= maxChildren) return value
  const got = Array.isArray(value) ? `${value.length} of them` : value === null ? 'null' : typeof value
  throw new Failure(
    'INVALID_INPUT',
    `${name}: expected a list of at most ${maxChildren} things to make items of, got ${got}`,
  )
}

function keep(shape: Shape, entry: Entry, at: number, value: unknown): void {
  const step = shape.steps[at]!
  if (shape.keeps(step.name, at)) entry.results[step.name] = value
  if (!isAside(step)) entry.last = value
}

/** Its result is there by name alone: see `Working`. */
export function isAside(step: object): boolean {
  return 'isAside' in step && step.isAside === true
}
