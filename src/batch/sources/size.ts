import type { FileSnapshot } from './file-snapshot.ts'
import type { ItemFormat } from './item-format.ts'
import { readItems } from './read-items.ts'
import { type JobSource, sourceStart } from './source.ts'

/** Up to this size, in bytes, items are counted: it takes a moment at most. */
const maxCountedBytes = 8 * 1024 * 1024
const sampledItems = 1000

/** How many items a file holds: counted, or for a large file estimated from the average length of its first 1,000. */
export async function sizeOf(file: FileSnapshot, format: ItemFormat): Promise<NonNullable<JobSource['size']>> {
  const isCounted = file.size <= maxCountedBytes
  let items = 0
  let first = 0
  // Where the last item that was seen begins: those before it fill the bytes up to there.
  let last = 0
  for await (const { offset } of readItems(firstBytes(file), format.reader(sourceStart))) {
    if (items === 0) first = offset
    last = offset
    items += 1
    if (!isCounted && items > sampledItems) break
  }
  if (isCounted || items < 2) return { items, estimate: !isCounted }
  const average = (last - first) / (items - 1)
  return { items: Math.max(items, Math.round((file.size - first) / average)), estimate: true }
}

/** However long its lines are, and whether they are any: the first item of a disk image may be its last. */
async function* firstBytes(file: FileSnapshot): AsyncGenerator<Buffer> {
  let left = maxCountedBytes
  for await (const bytes of file.bytes(0)) {
    yield bytes
    left -= bytes.length
    if (left <= 0) return
  }
}
