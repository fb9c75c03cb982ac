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
  let taken = 0
  for await (const piece of piecesOf(chunks)) {
    for (const item of piece === end ? reader.end() : reader.push(piece)) {
      // One piece may set a million free: those behind a quote that was never closed.
      taken += 1
      if (taken % itemsInTurn === 0) await nextTurn()
      if (signal?.aborted) return
      yield item
    }
  }
}

/** Are made within a few milliseconds, even where each is malformed. */
const itemsInTurn = 64
const end = Symbol('end')

/** Whoever hands over megabytes at once must not hold the event loop with them. */
async function* piecesOf(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<Buffer | typeof end> {
  for await (const chunk of chunks) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : asBuffer(chunk)
    for (let start = 0; start < bytes.length; start += pieceBytes) {
      if (start > 0) await nextTurn()
      yield bytes.subarray(start, start + pieceBytes)
    }
  }
  yield end
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
