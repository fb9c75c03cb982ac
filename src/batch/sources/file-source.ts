import type { FileSnapshot } from './file-snapshot.ts'
import type { ItemFormat } from './item-format.ts'
import { readItems } from './read-items.ts'
import { sizeOf } from './size.ts'
import type { JobSource } from './source.ts'

/** A file of items in some format. */
export async function fileSource(place: string, file: FileSnapshot, format: ItemFormat): Promise<JobSource> {
  return {
    place,
    isReadable: true,
    fields: format.fields,
    size: await sizeOf(file, format),
    files: [file.path],
    identity: async () => file.identity,
    items: (from, signal) => readItems(file.bytes(from.offset, signal), format.reader(from), signal),
  }
}
