import { isAscii, isUtf8 } from 'node:buffer'
import { createRequire } from 'node:module'
import { hasByteOrderMark } from './signatures.ts'

/** A text and the name of the encoding it was decoded with, as in the Encoding Standard, in lower case. */
export interface Decoded {
  readonly text: string
  readonly charset: string
}

/**
 * Decodes a page. The charset is, in this order:
 *
 * 1. the byte order mark's
 * 2. UTF-8, when the bytes are well-formed UTF-8 and not all ASCII: no other charset looks like it by chance
 * 3. the header's, then the one that the document's first KB declares, unless the bytes are wrong for it
 * 4. UTF-8, when more of it is well-formed than is not: a page cut in the middle, or one with a few foreign bytes
 * 5. what the frequencies of the bytes say, otherwise windows-1252
 *
 * So a declaration that the bytes contradict is not followed. NULs are dropped, as a browser does. Never throws: bytes that
 * mean nothing become U+FFFD.
 */
export function decode(bytes: Uint8Array, declared: string | undefined): Decoded {
  const charset = chooseCharset(bytes, declared)
  const text = new TextDecoder(charset).decode(bytes)
  return { charset, text: text.includes('\0') ? text.replaceAll('\0', '') : text }
}

function chooseCharset(bytes: Uint8Array, declared: string | undefined): string {
  if (hasByteOrderMark(bytes)) return markedCharset(bytes)
  if (isUtf8(bytes) && !isAscii(bytes)) return 'utf-8'
  const candidates = [declared, isAscii(bytes) ? undefined : sniffMeta(bytes)]
  const fitting = candidates.map(nameOf).find((name) => name !== undefined && fits(bytes, name))
  if (fitting !== undefined) return fitting
  if (isAscii(bytes) || isMostlyUtf8(bytes)) return 'utf-8'
  return guess(bytes) ?? 'windows-1252'
}

function markedCharset(bytes: Uint8Array): string {
  if (bytes[0] === 0xef) return 'utf-8'
  return bytes[0] === 0xfe ? 'utf-16be' : 'utf-16le'
}

/** The name of the encoding with this label, in lower case; undefined for one that does not exist, such as `none`. */
function nameOf(label: string | undefined): string | undefined {
  if (label === undefined) return undefined
  try {
    const { encoding } = new TextDecoder(label)
    // The standard decodes both in the same way, ICU does not: its GBK lacks the characters of four bytes.
    return encoding === 'gbk' ? 'gb18030' : encoding
  } catch {
    return undefined
  }
}

/** Whether the bytes can be meant in this charset: almost none of them is wrong in it. */
function fits(bytes: Uint8Array, charset: string): boolean {
  // An odd page without a NUL in its first KB is no UTF-16: it has no space, no line feed and no tag.
  if (charset.startsWith('utf-16')) return bytes.subarray(0, 1024).includes(0)
  if (isAscii(bytes)) return true
  if (charset === 'utf-8') return false
  const { wrong, right } = countForeign(bytes, charset)
  return wrong <= right * maxWrong
}

/** Of the characters that are not ASCII, this part may be wrong. */
const maxWrong = 0.02

function isMostlyUtf8(bytes: Uint8Array): boolean {
  const { wrong, right } = countForeign(bytes, 'utf-8')
  return right > wrong
}

/** Counts characters beyond ASCII: those that mean something, and those that are malformed or a C1 control. */
function countForeign(bytes: Uint8Array, charset: string): { readonly wrong: number; readonly right: number } {
  const text = new TextDecoder(charset).decode(bytes)
  const wrong = text.match(/[\ufffd\x80-\x9f]/g)?.length ?? 0
  const all = text.match(/[^\0-\x7f]/g)?.length ?? 0
  return { wrong, right: all - wrong }
}

// Both are rarely needed and loaded late: nearly every page is UTF-8.
const require = createRequire(import.meta.url)

/** The charset that the markup declares in its first KB (the prescan of the HTML Standard). */
function sniffMeta(bytes: Uint8Array): string | undefined {
  const sniff = require('html-encoding-sniffer') as (bytes: Uint8Array, options: { defaultEncoding: string }) => string
  const found = sniff(bytes, { defaultEncoding: none })
  return found === none ? undefined : found
}

const none = 'none'

/** The charset by the frequencies of its bytes and pairs (ICU's detector), when it is sure enough. */
function guess(bytes: Uint8Array): string | undefined {
  const { analyse } = require('chardet') as typeof import('chardet')
  const sample = Buffer.from(bytes.subarray(0, maxSample)).toString('latin1')
  // Tags and words of ASCII alone look the same in every charset and only blur the frequencies.
  const telling = sample.replace(/<[^<>]*>|(?<![\x80-\xff\w])\w+(?![\x80-\xff\w])/g, ' ')
  return analyse(Buffer.from(telling, 'latin1'))
    .filter((match) => match.confidence >= minConfidence)
    .map((match) => nameOf(match.name))
    .find((name) => name !== undefined && name !== 'utf-8' && fits(bytes, name))
}

const maxSample = 131_072

/** Of 100. ICU gives 10 for a charset in which the bytes are merely possible. */
const minConfidence = 15
