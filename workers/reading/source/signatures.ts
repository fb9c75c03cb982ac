/**
 * What a binary file is, by the bytes it opens with; undefined for none that we know. The patterns are those of the MIME
 * Sniffing Standard (sections 6.1 to 6.4) and a few formats that people link to. Ask only where the bytes are known to be
 * binary: some patterns (`BM`, `ID3`) also open ordinary sentences.
 */
export function signatureOf(bytes: Uint8Array): string | undefined {
  const opening = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 16)).toString('latin1')
  return signatures.find(([pattern]) => opensWith(opening, pattern))?.[1]
}

/** Whether the bytes are a PDF. White space, NULs or a byte order mark in front do not hide it. */
export function isPdf(bytes: Uint8Array): boolean {
  const opening = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 1024)).toString('latin1')
  return opening
    .replace(/^\xef\xbb\xbf/, '')
    .replaceAll('\0', ' ')
    .trimStart()
    .startsWith('%PDF-')
}

/** Whether the resource header holds a binary data byte of the MIME Sniffing Standard (section 4), and no byte order mark. */
export function looksBinary(bytes: Uint8Array): boolean {
  if (hasByteOrderMark(bytes)) return false
  return bytes.subarray(0, resourceHeaderBytes).some((byte) => byte <= 0x1f && !textControls.has(byte))
}

/**
 * Whether so many of the first bytes are binary that no markup can be meant: random bytes have some 10 %. NULs do not count, UTF-16
 * without a mark is full of them.
 */
export function isMostlyBinary(bytes: Uint8Array): boolean {
  const header = bytes.subarray(0, resourceHeaderBytes)
  const binary = header.filter((byte) => byte > 0 && byte <= 0x1f && !textControls.has(byte))
  return !hasByteOrderMark(bytes) && binary.length > header.length / 20
}

export function hasByteOrderMark(bytes: Uint8Array): boolean {
  const [first, second, third] = bytes
  if (first === 0xef && second === 0xbb && third === 0xbf) return true
  return (first === 0xfe && second === 0xff) || (first === 0xff && second === 0xfe)
}

const resourceHeaderBytes = 1445

/** Tab, line feed, form feed, carriage return, escape. */
const textControls = new Set([0x09, 0x0a, 0x0c, 0x0d, 0x1b])

/** Bytes as Latin-1; a dot is any byte. */
const signatures: readonly (readonly [pattern: string, found: string])[] = [
  ['\x89PNG\r\n\x1a\n', 'a PNG image'],
  ['\xff\xd8\xff', 'a JPEG image'],
  ['GIF87a', 'a GIF image'],
  ['GIF89a', 'a GIF image'],
  ['RIFF....WEBP', 'a WebP image'],
  ['BM', 'a BMP image'],
  ['\0\0\x01\0', 'an icon'],
  ['\0\0\x02\0', 'a cursor'],
  ['II*\0', 'a TIFF image'],
  ['MM\0*', 'a TIFF image'],
  ['....ftypavif', 'an AVIF image'],
  ['....ftyphei', 'a HEIC image'],
  ['....ftyp', 'an MP4 video'],
  ['\x1a\x45\xdf\xa3', 'a WebM or Matroska video'],
  ['RIFF....AVI ', 'an AVI video'],
  ['RIFF....WAVE', 'a WAVE sound'],
  ['OggS\0', 'an Ogg file'],
  ['ID3', 'an MP3 sound'],
  ['\xff\xfb', 'an MP3 sound'],
  ['fLaC', 'a FLAC sound'],
  ['MThd', 'a MIDI file'],
  ['wOFF', 'a font'],
  ['wOF2', 'a font'],
  ['OTTO', 'a font'],
  ['ttcf', 'a font'],
  ['\0\x01\0\0', 'a font'],
  ['PK\x03\x04', 'a ZIP archive or an office document'],
  ['PK\x05\x06', 'a ZIP archive'],
  ['\x1f\x8b', 'a gzip archive'],
  ['Rar!\x1a\x07', 'a RAR archive'],
  ['7z\xbc\xaf\x27\x1c', 'a 7z archive'],
  ['BZh', 'a bzip2 archive'],
  ['\xfd7zXZ\0', 'an xz archive'],
  ['\x28\xb5\x2f\xfd', 'a Zstandard archive'],
  ['\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'an office document'],
  ['SQLite format 3\0', 'an SQLite database'],
  ['\x7fELF', 'an ELF program'],
  ['MZ', 'a Windows program'],
  ['\0asm', 'a WebAssembly module'],
]

function opensWith(opening: string, pattern: string): boolean {
  return [...pattern].every((byte, at) => byte === '.' || byte === opening[at])
}
