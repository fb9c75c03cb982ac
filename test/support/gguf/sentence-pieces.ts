export interface Piece {
  readonly text: string
  /** `whole`: never divided, and taken before anything else. */
  readonly kind: 'text' | 'unknown' | 'control' | 'byte' | 'whole'
  /** Of two ways to split a text, the higher wins. */
  readonly score: number
}

/**
 * A vocabulary in the manner of SentencePiece, with every byte in it, so that any text can be split: control pieces, bytes, printable
 * ASCII, then pairs and syllables of letters, the frequent ones first, up to the size.
 *
 * @param wholes texts that are one piece each
 */
export function sentencePieces(size: number, wholes: readonly string[] = []): Piece[] {
  const fixed: Piece[] = [
    { text: '<unk>', kind: 'unknown', score: 0 },
    ...['<s>', '</s>', '<|im_start|>', '<|im_end|>'].map((text): Piece => ({ text, kind: 'control', score: 0 })),
    ...Array.from({ length: 256 }, (_, byte): Piece => ({ text: byteName(byte), kind: 'byte', score: 0 })),
    ...wholes.map((text): Piece => ({ text, kind: 'whole', score: 0 })),
  ]
  const texts = new Set<string>()
  for (const text of syllables()) {
    if (fixed.length + texts.size === size) break
    if (!wholes.includes(text)) texts.add(text)
  }
  return [...fixed, ...[...texts].map((text, rank): Piece => ({ text, kind: 'text', score: -rank - 1 }))]
}

function byteName(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`
}

/** Stands for a space. */
const blank = '\u2581'
const letters = [...'etaoinshrdlucmfwypvbgkjqxz']
const vowels = [...'eaoiu']

function* syllables(): Generator<string> {
  yield blank
  for (let code = 33; code < 127; code += 1) yield String.fromCharCode(code)
  for (const letter of letters) yield blank + letter
  for (const one of letters) for (const two of letters) yield one + two
  for (const one of letters) for (const two of vowels) for (const three of letters) yield one + two + three
  for (const one of letters) for (const two of vowels) for (const three of letters) yield blank + one + two + three
}
