import type { ItemNumber, Work } from '../../../journal/journal.ts'
import { pathOf } from './numbers.ts'
import type { Level, Shape } from './shape.ts'

/** As it stands in its record: `12`, of what was made of it `12.3`. What comes out of a collect is called after it. */
export function itemId({ index, depth, isBehindCollect }: Level, number: ItemNumber): string {
  const id = pathOf(number, depth).join('.')
  return isBehindCollect ? `collect-${index}.${id}` : id
}

/** Of the item that a piece of work was done for. */
export function itemIdOf({ levels }: Shape, { item, step }: Work): string {
  return itemId(levels.find(({ from, to }) => from <= step && step <= to)!, item)
}
