import { columnsOf } from './csv-header.ts'
import { RecordScanner } from './csv-record.ts'
import type { FileSnapshot } from './file-snapshot.ts'
import type { ItemFormat, ItemReader } from './item-format.ts'
import { faultReasons, type Line, LineSplitter, maxLineBytes } from './line-splitter.ts'
import { malformed } from './malformed.ts'
import { type SourceItem, type SourcePlace, sourceStart } from './source.ts'

/**
 * CSV (RFC 4180) with a header: each record is an object of texts. Blank lines are no items. A record that has too few or too many fields, or
 * quotes that do not fit, is malformed, and reading goes on with the line after its first one: one missing quote costs one record, not the
 * rest of the file.
 *
 * @param columns of the header, where it was read before. Undefined: the first record is the header wherever reading begins.
 */
export function csv(place: string, delimiter: string, columns?: readonly string[]): ItemFormat {
  return { fields: columns, reader: (from) => new CsvReader({ place, delimiter, columns }, from) }
}

/**
 * The same of a file, whose header is read now.
 *
 * @throws Failure `INPUT_MALFORMED`, `FILE_UNREADABLE`
 */
export async function csvFile(place: string, delimiter: string, file: FileSnapshot): Promise<ItemFormat> {
  const reader = new CsvReader({ place, delimiter, columns: undefined }, sourceStart)
  for await (const bytes of file.bytes(0)) {
    reader.push(bytes)
    if (reader.columns !== undefined) break
  }
  if (reader.columns === undefined) reader.end()
  return csv(place, delimiter, reader.columns)
}

interface CsvShape {
  readonly place: string
  readonly delimiter: string
  readonly columns: readonly string[] | undefined
}

class CsvReader implements ItemReader {
  readonly #place: string
  readonly #delimiter: string
  readonly #splitter: LineSplitter
  /** Undefined until the header was read. */
  #columns: readonly string[] | undefined
  #number: number
  /** The record that is being read: its lines, in case it comes to nothing. */
  #scanner: RecordScanner
  #lines: Line[] = []
  #length = 0

  constructor({ place, delimiter, columns }: CsvShape, from: SourcePlace) {
    this.#place = place
    this.#delimiter = delimiter
    this.#splitter = new LineSplitter(from)
    this.#columns = from.offset === 0 ? undefined : columns
    this.#number = from.item
    this.#scanner = new RecordScanner(delimiter)
  }

  /** Undefined until the header was read. */
  get columns(): readonly string[] | undefined {
    return this.#columns
  }

  /** @throws Failure `INPUT_MALFORMED`: the header cannot be used */
  push(bytes: Buffer): SourceItem[] {
    const items: SourceItem[] = []
    for (const line of this.#splitter.push(bytes)) this.#take(line, items)
    return items
  }

  /** @throws Failure `INPUT_MALFORMED`: there is no header */
  end(): SourceItem[] {
    const items: SourceItem[] = []
    for (const line of this.#splitter.end()) this.#take(line, items)
    while (this.#lines.length > 0) this.#giveUp('the quote of a field is never closed', items)
    if (this.#columns === undefined) columnsOf(undefined, this.#place, 1)
    return items
  }

  #take(line: Line, items: SourceItem[]): void {
    const { text, fault } = line
    if (fault !== undefined) {
      while (this.#lines.length > 0)
        this.#giveUp('the quote of a field is not closed before a line that cannot be read', items)
      return this.#add(items, line, faultReasons[fault])
    }
    // A line of tabs is blank to look at, and in a .tsv a record of empty fields.
    if (this.#lines.length === 0 && text.trim() === '' && !text.includes(this.#delimiter)) return
    this.#lines.push(line)
    this.#length += text.length
    const scanned = this.#scanner.add(text)
    if (scanned === 'broken')
      return this.#giveUp('text stands behind a closing quote; a quote in a field is written as two', items)
    if (scanned !== 'open') return this.#finish(scanned, items)
    if (this.#length > maxLineBytes)
      this.#giveUp(`the quote of a field is not closed within ${maxLineBytes} bytes`, items)
  }

  #finish(fields: readonly string[], items: SourceItem[]): void {
    const first = this.#restart()[0]!
    if (this.#columns === undefined) {
      this.#columns = columnsOf(fields, this.#place, first.line)
    } else if (fields.length !== this.#columns.length) {
      this.#add(items, first, countReason(fields.length, this.#columns, this.#delimiter))
    } else {
      const input = objectOf(this.#columns, fields)
      items.push({ number: this.#number, offset: first.offset, line: first.line, input })
      this.#number += 1
    }
  }

  /**
   * The first line is none of a record; those after it are read anew. No line is read often: one that leaves a quoted field open ends or
   * breaks one that begins in it, for its quotes are even in number.
   */
  #giveUp(reason: string, items: SourceItem[]): void {
    const [first, ...rest] = this.#restart()
    this.#add(items, first!, reason)
    for (const line of rest) this.#take(line, items)
  }

  #restart(): Line[] {
    const lines = this.#lines
    this.#lines = []
    this.#length = 0
    this.#scanner = new RecordScanner(this.#delimiter)
    return lines
  }

  #add(items: SourceItem[], { offset, line, text }: Line, reason: string): void {
    // Of a header that cannot be read nothing is known but that.
    if (this.#columns === undefined) columnsOf(undefined, this.#place, line, reason)
    items.push(malformed({ number: this.#number, offset, line }, this.#place, text, reason))
    this.#number += 1
  }
}

function objectOf(columns: readonly string[], fields: readonly string[]): Readonly<Record<string, string>> {
  const object: Record<string, string> = {}
  for (let index = 0; index < columns.length; index += 1) object[columns[index]!] = fields[index]!
  return object
}

function countReason(count: number, columns: readonly string[], delimiter: string): string {
  const hint = count > columns.length ? `; a field that holds ${JSON.stringify(delimiter)} stands in quotes` : ''
  return `expected ${columns.length} fields as in the header, got ${count}${hint}`
}
