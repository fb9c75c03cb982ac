import { Failure } from '../../core/failure.ts'

/** So much of the beginning of a text tells what it is written in, in bytes. */
const toldWithin = 4096

/**
 * Passes bytes on as they come, unless their beginning shows that they are text in another encoding than UTF-8, or none at all. Whoever types lines
 * sees them taken at once.
 *
 * @param place of the bytes, for messages
 * @throws Failure `INPUT_ENCODING`
 */
export async function* inUtf8(
  chunks: AsyncIterable<Uint8Array | string>,
  place: string,
): AsyncGenerator<Uint8Array | string> {
  let first: Buffer = Buffer.alloc(0)
  let passed = 0
  for await (const chunk of chunks) {
    if (first.length >= toldWithin) {
      yield chunk
      continue
    }
    first = Buffer.concat([first, typeof chunk === 'string' ? Buffer.from(chunk) : chunk])
    if (mayBeMark(first)) continue
    assertUtf8(first, place)
    yield first.subarray(passed)
    passed = first.length
  }
  if (passed === first.length) return
  assertUtf8(first, place)
  yield first
}

/**
 * @param first the beginning of a text
 * @throws Failure `INPUT_ENCODING`
 */
export function assertUtf8(first: Buffer, place: string): void {
  if (isGzip(first))
    throw new Failure('INPUT_ENCODING', `${place} is compressed with gzip, and text is expected: ${gunzip(place)}`)
  const encoding = markedEncoding(first) ?? guessedEncoding(first.subarray(0, toldWithin))
  if (encoding === undefined) return
  const message =
    encoding === 'none'
      ? `${place} is no text: it holds NUL bytes (a spreadsheet or an archive under another name?); expected UTF-8. If it is a text that something has damaged, take them out (${withoutNul(place)})`
      : `${place} is ${encoding}, and UTF-8 is expected: convert it (${iconv(encoding, place)}), or save it anew as UTF-8`
  throw new Failure('INPUT_ENCODING', message, { details: { ...(encoding === 'none' ? {} : { encoding }) } })
}

/** As somebody would type it who has the file. */
export function iconv(encoding: string, place: string): string {
  return typed(`iconv -f ${encoding} -t UTF-8`, place)
}

function withoutNul(place: string): string {
  return typed(String.raw`tr -d '\000' <`, place)
}

/** @param command that reads standard input, or the file that stands behind it */
function typed(command: string, place: string): string {
  if (place === 'standard input') return `… | ${command.replace(/ <$/, '')} | weft run …`
  return `${command} ${quoted(place)} > ${quoted(besides(place, 'utf8'))}`
}

/** Not in place: what is called so already would be left as it is. */
function gunzip(place: string): string {
  if (place === 'standard input') return 'unpack it on the way (… | gunzip | weft run …)'
  const unpacked = /\.gz$/i.test(place) ? place.slice(0, -3) : besides(place, 'unpacked')
  return `unpack it (gunzip -c ${quoted(place)} > ${quoted(unpacked)})`
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : JSON.stringify(path)
}

/** @param word before the ending */
function besides(path: string, word: string): string {
  return path.replace(/(\.[^./]*)?$/, `.${word}$1`)
}

/** RFC 1952: two bytes and the one method that there is. No text in UTF-8 has the second of them behind the first. */
function isGzip([first, second, method]: Buffer): boolean {
  return first === 0x1f && second === 0x8b && method === 8
}

/** More of it may come: the mark of UTF-16 little-endian begins that of UTF-32, too; and what is packed says so in three bytes. */
function mayBeMark(bytes: Buffer): boolean {
  const [first] = bytes
  return bytes.length < 4 && (first === undefined || first === 0 || first === 0x1f || first === 0xfe || first === 0xff)
}

function markedEncoding(bytes: Buffer): string | undefined {
  const [a, b, c, d] = bytes
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? 'UTF-32' : 'UTF-16'
  if (a === 0xfe && b === 0xff) return 'UTF-16'
  return a === 0 && b === 0 && c === 0xfe && d === 0xff ? 'UTF-32' : undefined
}

/** No text in UTF-8 holds a NUL, and most in UTF-16 do: what is ASCII there has one for its upper byte. */
function guessedEncoding(bytes: Buffer): string | undefined {
  let atEven = 0
  let atOdd = 0
  for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, at + 1)) {
    if (at % 2 === 0) atEven += 1
    else atOdd += 1
  }
  if (atEven + atOdd === 0) return undefined
  if (atOdd > 10 * atEven && 10 * atOdd > bytes.length) return 'UTF-16LE'
  return atEven > 10 * atOdd && 10 * atEven > bytes.length ? 'UTF-16BE' : 'none'
}
