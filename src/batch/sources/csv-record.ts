/** What a line of CSV made of its record: its fields, when it is whole; `open`: a quoted field goes on in the next line. */
export type Scanned = readonly string[] | 'open' | 'broken'

/**
 * Reads one record of CSV (RFC 4180), line by line, each character once. Beyond the RFC: a quote in the middle of a field that does not begin
 * with one is a character like any other. `broken`: text stands behind the closing quote of a field.
 */
export class RecordScanner {
  readonly #delimiter: string
  readonly #fields: string[] = []
  /** Of the quoted field that is open. */
  #parts: string[] | undefined

  constructor(delimiter: string) {
    this.#delimiter = delimiter
  }

  /** @param line without its end; a line feed is put between the lines of a field */
  add(line: string): Scanned {
    let at = this.#parts === undefined ? 0 : this.#closeQuoted(line, 0)
    while (at < line.length || (at === line.length && this.#parts === undefined)) {
      at = line[at] === '"' ? this.#closeQuoted(line, at + 1) : this.#plain(line, at)
    }
    if (at === isBroken) return 'broken'
    return this.#parts === undefined ? this.#fields : 'open'
  }

  /** @returns where the next field begins; behind the line, when there is none */
  #plain(line: string, from: number): number {
    const end = line.indexOf(this.#delimiter, from)
    this.#fields.push(line.slice(from, end < 0 ? undefined : end))
    return end < 0 ? line.length + 1 : end + 1
  }

  /** @param from inside of the quotes */
  #closeQuoted(line: string, from: number): number {
    this.#parts ??= []
    for (let start = from; ; ) {
      const quote = line.indexOf('"', start)
      if (quote < 0) {
        this.#parts.push(line.slice(start), '\n')
        return line.length + 1
      }
      if (line[quote + 1] !== '"') {
        this.#parts.push(line.slice(start, quote))
        return this.#endQuoted(line, quote + 1)
      }
      // Two quotes stand for one.
      this.#parts.push(line.slice(start, quote + 1))
      start = quote + 2
    }
  }

  #endQuoted(line: string, at: number): number {
    this.#fields.push(this.#parts!.join(''))
    this.#parts = undefined
    if (at === line.length) return line.length + 1
    return line[at] === this.#delimiter ? at + 1 : isBroken
  }
}

const isBroken = Number.POSITIVE_INFINITY
