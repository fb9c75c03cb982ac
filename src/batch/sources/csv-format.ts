import { columnsOf } from './csv-header.ts'
import { CsvReader } from './csv-reader.ts'
import type { FileSnapshot } from './file-snapshot.ts'
import type { ItemFormat } from './item-format.ts'
import { maxLineBytes, type Seen } from './line-splitter.ts'
import { sourceStart } from './source.ts'

/**
 * CSV (RFC 4180) with a header: each record is an object of texts. Blank lines are no items. A record that has too few or too many fields, or
 * quotes that do not fit, is malformed, and reading goes on with the line after its first one: one missing quote costs one record, not the
 * rest of the file.
 *
 * @param columns of the header, where it was read before. Undefined: the first record is the header wherever reading begins.
 */
export function csv(place: string, delimiter: string, columns?: readonly string[]): ItemFormat {
  const seen: Seen = { hasUtf8: false }
  return {
    fields: columns,
    reader: (from) => new CsvReader({ place, delimiter, columns: from.offset === 0 ? undefined : columns, seen }, from),
  }
}

/**
 * The same of a file, whose header is read now.
 *
 * @throws Failure `INPUT_MALFORMED`, `FILE_UNREADABLE`
 */
export async function csvFile(place: string, delimiter: string, file: FileSnapshot): Promise<ItemFormat> {
  return csv(place, delimiter, await columnsIn(file, place, delimiter))
}

async function columnsIn(file: FileSnapshot, place: string, delimiter: string): Promise<readonly string[] | undefined> {
  const reader = new CsvReader({ place, delimiter, columns: undefined, seen: { hasUtf8: false } }, sourceStart)
  let left = maxLineBytes
  for await (const bytes of file.bytes(0)) {
    for (const _ of reader.push(bytes)) break
    if (reader.columns !== undefined) return reader.columns
    left -= bytes.length
    if (left < 0) columnsOf(undefined, place, 1, `it does not end within ${maxLineBytes} bytes`)
  }
  for (const _ of reader.end()) break
  return reader.columns
}
