import { Failure } from '../../../core/failure.ts'
import type { ItemNumber } from '../../../journal/journal.ts'

/** Most items that may be made of one. */
export const maxChildren = 16_384

/** Where what is done for all items at once is recorded: no item has this number. */
export const barrierNumber: ItemNumber = Number.MAX_SAFE_INTEGER

/** An item behind this one lies so deep that what is made of it would have no number: the 2049th with three steps that make items, the second with four. */
const lastParent = Math.floor(barrierNumber / maxChildren) - 1

export function childNumber(parent: ItemNumber, position: number): ItemNumber {
  return parent * maxChildren + position
}

/** @throws Failure `INVALID_INPUT` when it lies too deep for items to be made of it */
export function checkDepth(parent: ItemNumber, stepName: string): void {
  if (parent <= lastParent) return
  throw new Failure(
    'INVALID_INPUT',
    `${stepName}: the items that it would make lie too deep; split the input into several, or make items of items in fewer steps`,
  )
}

export function parentNumber(child: ItemNumber): ItemNumber {
  return Math.floor(child / maxChildren)
}

/** From its source, or what a barrier made, down to the item: its number there, then its position in each parent. */
export function pathOf(number: ItemNumber, depth: number): number[] {
  const path: number[] = []
  let rest = number
  for (let level = 0; level < depth; level += 1) {
    path.push(rest % maxChildren)
    rest = parentNumber(rest)
  }
  path.push(rest)
  return path.reverse()
}

export function rootOf(number: ItemNumber, depth: number): ItemNumber {
  return depth === 0 ? number : rootOf(parentNumber(number), depth - 1)
}

/** A parent before its children, these in their order. */
export function comparePaths(one: readonly number[], other: readonly number[]): number {
  for (let at = 0; at < one.length && at < other.length; at += 1) {
    if (one[at] !== other[at]) return one[at]! - other[at]!
  }
  return one.length - other.length
}
