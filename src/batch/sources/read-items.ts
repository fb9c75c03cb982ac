import { setImmediate as nextTurn } from 'node:timers/promises'
import { pieceBytes } from './file-snapshot.ts'
import type { ItemReader } from './item-format.ts'
import type { SourceItem } from './source.ts'

/**
 * The items in a stream of bytes, one by one, until it ends or the signal aborts. The next bytes are asked for when the items of the last
 * ones were taken.
 */
export async function* readItems(
  chunks: AsyncIterable<Uint8Array | string>,
  reader: ItemReader,
  signal?: AbortSignal,
): AsyncGenerator<SourceItem> {
  for await (const chunk of chunks) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : asBuffer(chunk)
    for (let start = 0; start < bytes.length; start += pieceBytes) {
      // Whoever hands over megabytes at once must not hold the event loop with them.
      if (start > 0) await nextTurn()
      for (const item of reader.push(bytes.subarray(start, start + pieceBytes))) {
        if (signal?.aborted) return
        yield item
      }
    }
  }
  for (const item of reader.end()) {
    if (signal?.aborted) return
    yield item
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
