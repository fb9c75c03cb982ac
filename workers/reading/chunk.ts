import { segmentersFor } from './summarise/sentences.ts'

export interface ChunkRequest {
  readonly text: string
  /** What `size` and `overlap` count. */
  readonly by: 'sentences' | 'characters' | 'tokens'
  /** At least 1. */
  readonly size: number
  /** At most half of the size. */
  readonly overlap: number
}

/**
 * A text in pieces of at most `size`, cut between sentences (Unicode UAX 29); a sentence that is longer is cut between words, or where it must be.
 * Each piece begins with the last sentences of the one before it, as many as fit into `overlap`. Blank pieces are left out; without an overlap
 * the pieces are the text, but for the blanks round them.
 */
export function chunksOf({ text, by, size, overlap }: ChunkRequest): string[] {
  const chunks: string[] = []
  let open: Part[] = []
  let filled = 0
  const close = (): void => {
    const chunk = open
      .map((part) => part.text)
      .join('')
      .trim()
    if (chunk !== '') chunks.push(chunk)
  }
  for (const part of partsOf(text, by, size)) {
    if (filled + part.size > size && open.length > 0) {
      close()
      open = tailOf(open, Math.min(overlap, size - part.size))
      filled = sizeOf(open)
    }
    open.push(part)
    filled += part.size
  }
  close()
  return chunks
}

interface Part {
  readonly text: string
  readonly size: number
}

function* partsOf(text: string, by: ChunkRequest['by'], size: number): Generator<Part> {
  const { sentence } = segmentersFor(null)
  for (const { segment } of sentence.segment(text)) {
    const whole = measure(segment, by)
    if (whole <= size) yield { text: segment, size: whole }
    else yield* cut(segment, by, size)
  }
}

/** Pieces of a sentence that is too long, by its words; a word that is too long by itself is cut, never within a character. */
function* cut(sentence: string, by: ChunkRequest['by'], size: number): Generator<Part> {
  let open = ''
  let filled = 0
  for (const word of sentence.match(/\s*\S{1,64}/gu) ?? []) {
    const more = measure(word, by)
    if (filled + more > size && open !== '') {
      yield { text: open, size: filled }
      open = ''
      filled = 0
    }
    if (more <= size) {
      open += word
      filled += more
      continue
    }
    for (const letter of word) {
      const one = measure(letter, by)
      if (filled + one > size && open !== '') {
        yield { text: open, size: filled }
        open = ''
        filled = 0
      }
      open += letter
      filled += one
    }
  }
  if (open !== '') yield { text: open, size: filled }
}

function tailOf(parts: readonly Part[], most: number): Part[] {
  let from = parts.length
  let size = 0
  // Not all of them: each piece has something new.
  while (from > 1 && size + parts[from - 1]!.size <= most) {
    from -= 1
    size += parts[from]!.size
  }
  return parts.slice(from)
}

function sizeOf(parts: readonly Part[]): number {
  return parts.reduce((sum, { size }) => sum + size, 0)
}

/** As `estimateTokens` of the models counts. A blank sentence is none. */
function measure(text: string, by: ChunkRequest['by']): number {
  if (by === 'characters') return text.length
  if (by === 'tokens') return Buffer.byteLength(text) / bytesPerToken
  return text.trim() === '' ? 0 : 1
}

const bytesPerToken = 3.3
