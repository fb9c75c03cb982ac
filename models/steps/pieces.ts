/**
 * A text in pieces of at most `maxLength` UTF-16 units, that together are the text: cut between paragraphs where that leaves no piece
 * shorter than half, else between lines, else between sentences, else between words, else anywhere but within a character.
 */
export function piecesOf(text: string, maxLength: number): string[] {
  const pieces: string[] = []
  let from = 0
  while (text.length - from > maxLength) {
    const end = from + cutOf(text.slice(from, from + maxLength))
    pieces.push(text.slice(from, end))
    from = end
  }
  pieces.push(text.slice(from))
  return pieces
}

function cutOf(piece: string): number {
  for (const between of ['\n\n', '\n', '. ', '。', ' ']) {
    const at = piece.lastIndexOf(between)
    if (at > piece.length / 2) return at + between.length
  }
  const isHigh = /[\ud800-\udbff]$/.test(piece)
  return isHigh && piece.length > 1 ? piece.length - 1 : piece.length
}
