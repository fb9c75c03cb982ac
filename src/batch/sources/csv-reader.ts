import { columnsOf } from './csv-header.ts'
import { type CsvRecord, readRecords } from './csv-records.ts'
import { pieceBytes } from './file-snapshot.ts'
import type { ItemReader } from './item-format.ts'
import { type Line, LineSplitter, maxLineBytes, reasonOf, type Seen } from './line-splitter.ts'
import { malformed } from './malformed.ts'
import type { SourceItem, SourcePlace } from './source.ts'

export interface CsvShape {
  readonly place: string
  readonly delimiter: string
  /** Undefined: the first record is the header. */
  readonly columns: readonly string[] | undefined
  readonly seen: Seen
}

/**
 * The records in bytes of CSV, with the places of their first lines. csv-parse reads as many lines in one call as make up a piece; a record that
 * is longer is read again when twice as much is there.
 */
export class CsvReader implements ItemReader {
  readonly #place: string
  readonly #delimiter: string
  readonly #splitter: LineSplitter
  readonly #seen: Seen
  #columns: readonly string[] | undefined
  #number: number
  #lines: Line[] = []
  /** Where in them the next record begins. */
  #next = 0
  /** Up to here it is known to be open, when that is behind its beginning. */
  #openEnd = 0
  /** How much is read in one call, in bytes: little behind a record that was none, for what was read behind it is read anew. */
  #window = pieceBytes

  constructor({ place, delimiter, columns, seen }: CsvShape, from: SourcePlace) {
    this.#place = place
    this.#delimiter = delimiter
    this.#splitter = new LineSplitter(from, maxLineBytes, seen)
    this.#seen = seen
    this.#columns = columns
    this.#number = from.item
  }

  /** Undefined until the header was read. */
  get columns(): readonly string[] | undefined {
    return this.#columns
  }

  /** @throws Failure `INPUT_MALFORMED`: the header cannot be used */
  push(bytes: Buffer): Iterable<SourceItem> {
    this.#hold(this.#splitter.push(bytes))
    return this.#items(false)
  }

  /** @throws Failure `INPUT_MALFORMED`: there is no header */
  *end(): Iterable<SourceItem> {
    this.#hold(this.#splitter.end())
    yield* this.#items(true)
    if (this.#columns === undefined) columnsOf(undefined, this.#place, 1)
  }

  #hold(lines: readonly Line[]): void {
    if (this.#next > 0) this.#lines = this.#lines.slice(this.#next)
    this.#openEnd = Math.max(0, this.#openEnd - this.#next)
    this.#next = 0
    for (const line of lines) this.#lines.push(line)
  }

  *#items(isEnd: boolean): Generator<SourceItem> {
    for (let first = this.#first; first !== undefined; first = this.#first) {
      if (first.fault !== undefined) {
        yield this.#giveUp(first, reasonOf(first.fault, this.#seen))
        continue
      }
      const end = this.#windowEnd(first)
      const isCut = isEnd || end < this.#lines.length
      // A long record that was open a moment ago is not read again for every few lines of it.
      if (!isCut && this.#window > pieceBytes) return
      if (!this.#isStillOpen(end)) {
        const { records, rest } = readRecords(this.#textsTo(end), this.#delimiter)
        for (const record of records) {
          const item = this.#take(record)
          if (item !== undefined) yield item
        }
        if (records.length > 0) this.#window = Math.min(2 * this.#window, pieceBytes)
        if (rest === 'none') continue
        if (rest === 'broken') {
          yield this.#giveUp(this.#first!, 'text stands behind a closing quote; a quote in a field is written as two')
          continue
        }
      }
      this.#openEnd = end
      if (!isCut) return
      const reason = this.#whyNeverClosed(end)
      if (reason !== undefined) yield this.#giveUp(this.#first!, reason)
      else this.#window = Math.min(2 * this.#window, maxLineBytes)
    }
  }

  get #first(): Line | undefined {
    return this.#lines[this.#next]
  }

  /** Behind the lines that begin in the window, up to one that cannot be read. */
  #windowEnd({ offset }: Line): number {
    let end = Math.max(this.#next + 1, this.#openEnd)
    for (let line = this.#lines[end]; line !== undefined; line = this.#lines[end]) {
      if (line.fault !== undefined || line.offset - offset >= this.#window) break
      end += 1
    }
    return end
  }

  /** A line without a quote closes no field. */
  #isStillOpen(end: number): boolean {
    return this.#openEnd > this.#next && !this.#lines.slice(this.#openEnd, end).some(({ text }) => text.includes('"'))
  }

  #textsTo(end: number): string[] {
    return this.#lines.slice(this.#next, end).map(({ text }) => text)
  }

  /** @param end behind the lines of the open record; undefined: it may go on there */
  #whyNeverClosed(end: number): string | undefined {
    const behind = this.#lines[end]
    if (behind === undefined) return 'the quote of a field is never closed'
    if (behind.fault !== undefined) return 'the quote of a field is not closed before a line that cannot be read'
    if (behind.offset - this.#first!.offset < maxLineBytes) return undefined
    return `the quote of a field is not closed within ${maxLineBytes} bytes`
  }

  #take({ fields, lineCount }: CsvRecord): SourceItem | undefined {
    const first = this.#first!
    this.#step(lineCount)
    // Not so a line of tabs: it is blank to look at, and in a .tsv a record of empty fields.
    if (fields.length === 1 && first.text.trim() === '') return undefined
    if (this.#columns === undefined) {
      this.#columns = columnsOf(fields, this.#place, first.line)
      return undefined
    }
    if (fields.length !== this.#columns.length)
      return this.#malformed(first, countReason(fields.length, this.#columns, this.#delimiter))
    const { offset, line } = first
    return { number: this.#number++, offset, line, input: objectOf(this.#columns, fields) }
  }

  /**
   * The first line is none of a record; those after it are read anew. No line is read often: one that leaves a quoted field open ends or
   * breaks one that begins in it, for its quotes are even in number.
   */
  #giveUp(first: Line, reason: string): SourceItem {
    this.#step(1)
    this.#window = leastWindow
    return this.#malformed(first, reason)
  }

  #step(lineCount: number): void {
    this.#next += lineCount
    this.#openEnd = this.#next
  }

  #malformed({ offset, line, text }: Line, reason: string): SourceItem {
    // Of a header that cannot be read nothing is known but that.
    if (this.#columns === undefined) columnsOf(undefined, this.#place, line, reason)
    return malformed({ number: this.#number++, offset, line }, this.#place, text, reason)
  }
}

/** In bytes. */
const leastWindow = 1024

function objectOf(columns: readonly string[], fields: readonly string[]): Readonly<Record<string, string>> {
  const object: Record<string, string> = {}
  for (let index = 0; index < columns.length; index += 1) object[columns[index]!] = fields[index]!
  return object
}

function countReason(count: number, columns: readonly string[], delimiter: string): string {
  const hint = count > columns.length ? `; a field that holds ${JSON.stringify(delimiter)} stands in quotes` : ''
  return `expected ${columns.length} fields as in the header, got ${count}${hint}`
}
