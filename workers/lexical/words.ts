/**
 * The words of a text in order, in lower case and in the compatibility form NFKC, so that `Ｆｕｌｌ` and `full`, `ﬁ` and `fi` are the same.
 * Where words end is Unicode's rule (UAX 29) and, for scripts that put no space between them (Chinese, Japanese, Thai, Khmer), what the
 * dictionaries of ICU say: the same on every machine with the same version of Node. A text without words, of emoji say, gives its signs.
 */
export function wordsOf(text: string): string[] {
  const words: string[] = []
  const signs: string[] = []
  for (const { segment, isWordLike } of segmenter.segment(text.normalize('NFKC').toLowerCase())) {
    if (isWordLike) words.push(segment)
    else if (words.length === 0 && visible.test(segment)) signs.push(segment)
  }
  return words.length > 0 ? words : signs
}

// The root locale: that of the machine would make what it finds the machine's own.
const segmenter = new Intl.Segmenter('und', { granularity: 'word' })

const visible = /[^\p{White_Space}\p{Control}\p{Format}]/u

/** How often each word is there. */
export function countWords(text: string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1)
  return counts
}
