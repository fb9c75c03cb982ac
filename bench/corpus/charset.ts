/**
 * Encodes HTML in any charset that `TextDecoder` reads in one or two bytes, and in UTF-8 and UTF-16LE (with its mark).
 * A character without a code becomes a numeric reference, the "html" error mode of the Encoding Standard.
 * The tables come from the decoder itself, so that what we write is by construction what the standard reads.
 */
export function encode(text: string, charset: string): Uint8Array {
  if (charset === 'utf-8') return Buffer.from(text)
  if (charset === 'utf-16le') return Buffer.from(`\ufeff${text}`, 'utf16le')
  const table = tableOf(charset)
  const bytes: number[] = []
  for (const character of text) {
    const code = table.get(character)
    if (code === undefined) bytes.push(...Buffer.from(`&#${character.codePointAt(0)};`))
    else if (code > 0xff) bytes.push(code >> 8, code & 0xff)
    else bytes.push(code)
  }
  return Uint8Array.from(bytes)
}

const tables = new Map<string, ReadonlyMap<string, number>>()

function tableOf(charset: string): ReadonlyMap<string, number> {
  const kept = tables.get(charset)
  if (kept !== undefined) return kept
  const table = invert(charset)
  tables.set(charset, table)
  return table
}

function invert(charset: string): ReadonlyMap<string, number> {
  const decoder = new TextDecoder(charset)
  const table = new Map<string, number>()
  const isWide = charset === 'shift_jis' || charset === 'gb18030'
  for (let byte = 0; byte < (isWide ? 0x80 : 0x100); byte++) learn(table, decoder.decode(Uint8Array.of(byte)), byte)
  if (isWide) learnPairs(table, decoder)
  return table
}

/** All pairs in one go, with a line break after each: thousands of calls of the decoder would be slow. */
function learnPairs(table: Map<string, number>, decoder: InstanceType<typeof TextDecoder>): void {
  const codes: number[] = []
  const bytes: number[] = []
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      codes.push((lead << 8) | trail)
      bytes.push(lead, trail, 0x0a)
    }
  }
  const lines = decoder.decode(Uint8Array.from(bytes)).split('\n')
  for (const [at, code] of codes.entries()) {
    const character = lines[at] ?? ''
    if ([...character].length === 1) learn(table, character, code)
  }
}

/** The first code wins: later ones are duplicates that vendors added. */
function learn(table: Map<string, number>, character: string, code: number): void {
  if (character !== '\ufffd' && !table.has(character)) table.set(character, code)
}
