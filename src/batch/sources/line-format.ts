import { messageOf } from '../../core/failure.ts'
import type { ItemFormat, ItemReader } from './item-format.ts'
import { nestsTooDeep } from './json-depth.ts'
import { type Line, LineSplitter, maxLineBytes, reasonOf, type Seen } from './line-splitter.ts'
import { malformed } from './malformed.ts'
import type { SourceItem, SourcePlace } from './source.ts'

/**
 * JSON lines: each line that is not blank is an item, of any JSON value. One that is no JSON, no UTF-8 or over 16 MiB is malformed.
 *
 * @param place of the bytes, for messages
 */
export function jsonLines(place: string): ItemFormat {
  return lineFormat(place, (text, at) => {
    if (isBlank(text)) return undefined
    try {
      const input: unknown = JSON.parse(text)
      if (!nestsTooDeep(text)) return { ...at, input }
      return malformed(at, place, text, 'its JSON nests too deep')
    } catch (error) {
      return malformed(at, place, text, `it is not JSON (${messageOf(error)})`)
    }
  })
}

/** A list: each line is a text, trimmed. Blank lines and # comments are no items, as in the lists of `weft read`. */
export function textLines(place: string): ItemFormat {
  return lineFormat(place, (text, at) => {
    const input = text.trim()
    return input === '' || input.startsWith('#') ? undefined : { ...at, input }
  })
}

/** What the text of a line is; undefined: no item, but a line that counts. */
type ReadLine = (text: string, at: Omit<SourceItem, 'input'>) => SourceItem | undefined

function lineFormat(place: string, read: ReadLine): ItemFormat {
  const seen: Seen = { hasUtf8: false }
  return { fields: undefined, reader: (from) => new LineReader(place, read, from, seen) }
}

class LineReader implements ItemReader {
  readonly #place: string
  readonly #read: ReadLine
  readonly #splitter: LineSplitter
  readonly #seen: Seen
  #number: number

  constructor(place: string, read: ReadLine, from: SourcePlace, seen: Seen) {
    this.#place = place
    this.#read = read
    this.#splitter = new LineSplitter(from, maxLineBytes, seen)
    this.#seen = seen
    this.#number = from.item
  }

  push(bytes: Buffer): Iterable<SourceItem> {
    return this.#itemsOf(this.#splitter.push(bytes))
  }

  end(): Iterable<SourceItem> {
    return this.#itemsOf(this.#splitter.end())
  }

  *#itemsOf(lines: readonly Line[]): Generator<SourceItem> {
    for (const { offset, line, text, fault } of lines) {
      const at = { number: this.#number, offset, line }
      const item =
        fault === undefined ? this.#read(text, at) : malformed(at, this.#place, text, reasonOf(fault, this.#seen))
      if (item === undefined) continue
      this.#number += 1
      yield item
    }
  }
}

/** Of what JSON calls white space; a look at the first character is enough for most. */
function isBlank(text: string): boolean {
  return text === '' || (text.charCodeAt(0) <= 32 && /^[ \t\r\n]*$/.test(text))
}
