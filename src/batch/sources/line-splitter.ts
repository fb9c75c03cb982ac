import { isUtf8 } from 'node:buffer'
import type { SourcePlace } from './source.ts'

/** A line of a text, without its end. */
export interface Line {
  /** Byte at which it begins. */
  readonly offset: number
  /** From 1. */
  readonly line: number
  /** Of a faulty one: its beginning, to be shown. */
  readonly text: string
  /** Why its text cannot be taken. */
  readonly fault: 'too long' | 'not UTF-8' | undefined
}

/** The longest line that is taken, in bytes. */
export const maxLineBytes: number = 16 * 1024 * 1024

/** For messages. */
export const faultReasons: Readonly<Record<NonNullable<Line['fault']>, string>> = {
  'too long': `it has more than ${maxLineBytes} bytes`,
  'not UTF-8': 'it is not UTF-8: convert the file (of a spreadsheet of Western Europe: iconv -f WINDOWS-1252 -t UTF-8)',
}

/**
 * Cuts bytes, however they come in pieces, into lines (LF or CRLF; the last one needs no end) with their exact places. A byte order mark at
 * offset 0 is left out. Holds the beginning of one line, never more than `maxBytes` of it. Lines are cut as bytes and decoded whole, so a
 * character may be torn by the border of two pieces.
 */
export class LineSplitter {
  readonly #maxBytes: number
  /** Where the line that is being read begins. */
  #offset: number
  #line: number
  /** Its bytes so far, and how many there were, those dropped counted. */
  #parts: Buffer[] = []
  #heldBytes = 0

  constructor(from: Pick<SourcePlace, 'offset' | 'line'>, maxBytes: number = maxLineBytes) {
    this.#offset = from.offset
    this.#line = from.line
    this.#maxBytes = maxBytes
  }

  /** The lines that end in this piece. The piece may be used again afterwards. */
  push(bytes: Buffer): Line[] {
    const lines: Line[] = []
    let start = 0
    let end = bytes.indexOf(lf)
    if (end >= 0 && this.#heldBytes > 0) {
      this.#hold(bytes.subarray(0, end))
      lines.push(this.#takeHeld())
      start = end + 1
      end = bytes.indexOf(lf, start)
    }
    // One look at all whole lines is far cheaper than one at each; no character of UTF-8 holds an LF, so what holds for all holds for each.
    const isValid = end >= 0 && isUtf8(bytes.subarray(start, bytes.lastIndexOf(lf)))
    for (; end >= 0; end = bytes.indexOf(lf, start)) {
      lines.push(this.#take(bytes, start, end, isValid))
      start = end + 1
    }
    if (start < bytes.length) this.#hold(Buffer.from(bytes.subarray(start)))
    return lines
  }

  /** The last line, where it has no end. */
  end(): Line[] {
    return this.#heldBytes > 0 ? [this.#takeHeld()] : []
  }

  #hold(bytes: Buffer): void {
    this.#heldBytes += bytes.length
    if (this.#heldBytes <= this.#maxBytes) this.#parts.push(bytes)
    // Too long: only what shows where one is.
    else this.#parts = [Buffer.concat(this.#parts.concat(bytes).slice(0, 2)).subarray(0, shownBytes)]
  }

  #takeHeld(): Line {
    const bytes = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts)
    const length = this.#heldBytes
    this.#parts = []
    this.#heldBytes = 0
    if (length > this.#maxBytes) return this.#next(length, shown(bytes), 'too long')
    return this.#take(bytes, 0, bytes.length, false)
  }

  #take(bytes: Buffer, from: number, to: number, isValid: boolean): Line {
    const start = this.#offset === 0 && startsWithMark(bytes, from, to) ? from + 3 : from
    const end = to > start && bytes[to - 1] === cr ? to - 1 : to
    const length = to - from
    if (length > this.#maxBytes) return this.#next(length, shown(bytes.subarray(start, end)), 'too long')
    if (!isValid && !isUtf8(bytes.subarray(start, end)))
      return this.#next(length, shownAs1252(bytes.subarray(start, end)), 'not UTF-8')
    return this.#next(length, bytes.toString('utf8', start, end), undefined)
  }

  #next(length: number, text: string, fault: Line['fault']): Line {
    const line = { offset: this.#offset, line: this.#line, text, fault }
    this.#offset += length + 1
    this.#line += 1
    return line
  }
}

const lf = 10
const cr = 13
/** Of a faulty line. */
const shownBytes = 1024

function startsWithMark(bytes: Buffer, from: number, to: number): boolean {
  return to - from >= 3 && bytes[from] === 0xef && bytes[from + 1] === 0xbb && bytes[from + 2] === 0xbf
}

function shown(bytes: Buffer): string {
  return bytes.toString('utf8', 0, shownBytes)
}

/** Every byte is a character there, so none is lost, and of the tables that spreadsheets write it is most often the right one. */
function shownAs1252(bytes: Buffer): string {
  return windows1252.decode(bytes.subarray(0, shownBytes))
}

const windows1252 = new TextDecoder('windows-1252')
