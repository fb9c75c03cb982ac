import type { FileSnapshot } from './file-snapshot.ts'
import type { ItemFormat } from './item-format.ts'
import { readItems } from './read-items.ts'
import type { JobSource } from './source.ts'

/** Up to this size, in bytes, items are counted: it takes a moment at most. */
const maxCountedBytes = 8 * 1024 * 1024
const sampledItems = 1000

/** How many items a file holds: counted, or for a large file estimated from the average length of its first 1,000. */
export async function sizeOf(file: FileSnapshot, format: ItemFormat): Promise<NonNullable<JobSource['size']>> {
  const { start } = format
  const isCounted = file.size <= maxCountedBytes
  let items = 0
  // Where the last item that was seen begins: those before it fill the bytes up to there.
  let offset = start.offset
  const seen = new AbortController()
  for await (const item of readItems(file.bytes(start.offset, seen.signal), format.reader(start), seen.signal)) {
    offset = item.offset
    items += 1
    if (!isCounted && (items > sampledItems || offset > maxCountedBytes)) break
  }
  if (isCounted || items < 2) return { items, estimate: false }
  const average = (offset - start.offset) / (items - 1)
  return { items: Math.max(items, Math.round((file.size - start.offset) / average)), estimate: true }
}
