import { isAscii, isUtf8 } from 'node:buffer'
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

/** What is known of a source by whoever has read of it, from wherever. */
export interface Seen {
  /** A line was UTF-8 that is more than ASCII. */
  hasUtf8: boolean
}

/** The longest line that is taken, in bytes. */
export const maxLineBytes: number = 16 * 1024 * 1024

/**
 * For messages.
 *
 * @param hasUtf8 other lines are in UTF-8: what converts the file makes `MÃ¼ller` of their `Müller`
 */
export function reasonOf(fault: NonNullable<Line['fault']>, { hasUtf8 }: Seen): string {
  if (fault === 'too long') return `it has more than ${maxLineBytes} bytes`
  if (hasUtf8)
    return 'it is not UTF-8, while others are: mend this line only, for converting the file would spoil those'
  return 'it is not UTF-8: convert the file (of a spreadsheet of Western Europe: iconv -f WINDOWS-1252 -t UTF-8)'
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
  readonly #seen: Seen

  constructor(
    from: Pick<SourcePlace, 'offset' | 'line'>,
    maxBytes: number = maxLineBytes,
    seen: Seen = { hasUtf8: false },
  ) {
    this.#offset = from.offset
    this.#line = from.line
    this.#maxBytes = maxBytes
    this.#seen = seen
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
    const whole = bytes.subarray(start, end < 0 ? start : bytes.lastIndexOf(lf))
    const isValid = isUtf8(whole)
    if (isValid) this.#look(whole)
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
    if (!isValid) {
      const own = bytes.subarray(start, end)
      if (!isUtf8(own)) return this.#next(length, shownAs1252(own), 'not UTF-8')
      this.#look(own)
    }
    return this.#next(length, bytes.toString('utf8', start, end), undefined)
  }

  /** @param bytes UTF-8 */
  #look(bytes: Buffer): void {
    if (!this.#seen.hasUtf8) this.#seen.hasUtf8 = !isAscii(bytes)
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
