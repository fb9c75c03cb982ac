/**
 * A vocabulary in the manner of WordPiece: the special pieces, then letters, digits and signs and the pairs of letters, each once as the
 * begin of a word, which GGUF marks, and once inside.
 */
export function wordPieces(size: number): string[] {
  const pieces = new Set(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'])
  for (const text of texts()) {
    if (pieces.size + 2 > size) break
    pieces.add(wordBegin + text).add(text)
  }
  return [...pieces]
}

const wordBegin = '\u2581'
const letters = [...'etaoinshrdlucmfwypvbgkjqxz']

/** No capitals: the tokeniser writes everything small. */
function* texts(): Generator<string> {
  for (let code = 33; code < 127; code += 1) {
    const character = String.fromCharCode(code)
    if (character === character.toLowerCase()) yield character
  }
  for (const one of letters) for (const two of letters) yield one + two
}
