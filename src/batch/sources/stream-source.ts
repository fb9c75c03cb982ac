import { Failure } from '../../core/failure.ts'
import { abortable } from '../inputs/abortable.ts'
import { inUtf8 } from './encoding.ts'
import type { ItemFormat } from './item-format.ts'
import { readItems } from './read-items.ts'
import type { JobSource, SourceItem, SourcePlace } from './source.ts'

/**
 * What can be read only once: standard input, a pipe. Its items are numbered from the place that is asked for, wherever that is: whoever goes
 * on with a run has those before it, and here comes what comes next.
 *
 * @param open called when the items are asked for, once
 */
export function streamSource(
  place: string,
  format: ItemFormat,
  open: () => AsyncIterable<Uint8Array | string>,
): JobSource {
  let isTaken = false
  return {
    place,
    isReadable: false,
    fields: format.fields,
    size: undefined,
    identity: async () => JSON.stringify({ stream: place }),
    items: (from, signal) => {
      if (isTaken)
        throw new Failure('SOURCE_FAILED', `${place} can be read only once: save it as a file, and name that`)
      isTaken = true
      return streamItems(place, format, open(), from, signal)
    },
  }
}

async function* streamItems(
  place: string,
  format: ItemFormat,
  chunks: AsyncIterable<Uint8Array | string>,
  from: SourcePlace,
  signal: AbortSignal,
): AsyncGenerator<SourceItem> {
  try {
    yield* readItems(inUtf8(abortable(chunks, signal), place), format.reader(from), signal)
  } catch (error) {
    if (Failure.is(error)) throw error
    throw new Failure('SOURCE_FAILED', `${place} broke while it was read`, { cause: error })
  }
}
