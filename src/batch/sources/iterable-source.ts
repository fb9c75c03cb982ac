import { Failure, messageOf } from '../../core/failure.ts'
import { abortable } from '../inputs/abortable.ts'
import { nestsTooDeep } from './json-depth.ts'
import { listSource } from './list-source.ts'
import type { JobSource, SourceItem, SourcePlace } from './source.ts'

const place = 'items'

/**
 * Items that a program gives. An array can be read again, anything else once. Items are taken as JSON data; what JSON has no word for (a
 * function, a BigInt, a circle) is malformed.
 */
export function iterableSource(items: Iterable<unknown> | AsyncIterable<unknown>): JobSource {
  if (Array.isArray(items)) return listSource(place, items.map(itemOf))
  let isTaken = false
  return {
    place,
    isReadable: false,
    fields: undefined,
    size: undefined,
    identity: async () => JSON.stringify({ stream: place }),
    items: (from, signal) => {
      if (isTaken)
        throw new Failure('SOURCE_FAILED', 'items can be read only once: give an array to have them read again')
      isTaken = true
      return itemsOf(items, from, signal)
    },
  }
}

async function* itemsOf(
  values: Iterable<unknown> | AsyncIterable<unknown>,
  from: SourcePlace,
  signal: AbortSignal,
): AsyncGenerator<SourceItem> {
  let number = from.item
  try {
    for await (const value of Symbol.asyncIterator in values ? abortable(values, signal) : values) {
      if (signal.aborted) return
      yield itemOf(value, number)
      number += 1
    }
  } catch (error) {
    throw new Failure('SOURCE_FAILED', `the items of the job threw: ${messageOf(error)}`, { cause: error })
  }
}

function itemOf(value: unknown, number: number): SourceItem {
  const at = { number, offset: 0, line: number + 1 }
  try {
    // Of what JSON leaves out altogether it makes undefined, and that is no JSON to parse.
    const json = JSON.stringify(value)
    const input: unknown = JSON.parse(json)
    if (nestsTooDeep(json)) throw new RangeError('it nests too deep')
    return { ...at, input }
  } catch (error) {
    const message = `item ${at.line} cannot be taken: expected JSON data, got ${typeof value} (${messageOf(error)})`
    return {
      ...at,
      input: typeof value,
      failure: new Failure('INPUT_MALFORMED', message, { details: { line: at.line } }),
    }
  }
}
