import fc from 'fast-check'

/** Bytes that are mostly short lines of text: line ends of both kinds, characters of several bytes, some that are no UTF-8. */
export const someBytes: fc.Arbitrary<Buffer> = fc
  .array(
    fc.oneof(
      fc.constantFrom('\n', '\r\n', '\n\n', '\r', '\ufeff', '"', ',', ' ', '{"a":1}').map((text) => Buffer.from(text)),
      fc.string({ unit: 'grapheme', maxLength: 6 }).map((text) => Buffer.from(text)),
      { arbitrary: fc.uint8Array({ maxLength: 3 }).map((bytes) => Buffer.from(bytes)), weight: 1 },
    ),
    { maxLength: 40 },
  )
  .map((parts) => Buffer.concat(parts))

/** The same bytes, each piece in memory of its own. A size of 0 is an empty piece; what the sizes leave is the last piece. */
export function inPieces(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = []
  let start = 0
  for (const size of sizes) {
    pieces.push(Buffer.from(bytes.subarray(start, start + size)))
    start += size
  }
  return [...pieces, Buffer.from(bytes.subarray(start))]
}
