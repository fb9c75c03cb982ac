/** Whether a text is in a piece of Markdown, whatever its emphasis, escapes and line breaks. */
export function hasText(markdown: string, text: string): boolean {
  return flatten(markdown).includes(flatten(text))
}

/**
 * Whether a line of `truth.markdown` is in a piece of Markdown. Bullets are equal to each other, runs of blanks to one blank
 * (tables are padded or not), rules of a table to each other, and any indent to any other indent, but not to none.
 */
export function hasLine(markdown: string, line: string, origin: string): boolean {
  const wanted = normaliseLine(line.replaceAll('{origin}', origin))
  return markdown.split('\n').some((candidate) => normaliseLine(candidate).includes(wanted))
}

/**
 * How well an extracted text matches the true one: F1 over the counted words (as in the Scrapinghub article extraction
 * benchmark, with single words), where a Han, Hiragana or Katakana character is a word of its own. 1 is identical.
 */
export function wordF1(extracted: string, truth: string): number {
  const found = countWords(extracted)
  const wanted = countWords(truth)
  const shared = [...found].reduce((sum, [word, count]) => sum + Math.min(count, wanted.get(word) ?? 0), 0)
  const total = sumOf(found) + sumOf(wanted)
  return total === 0 ? 1 : (2 * shared) / total
}

function flatten(text: string): string {
  return text
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .replace(/[*_`\u200b]/g, '')
    .replace(/[|\s]+/g, ' ')
    .trim()
}

function normaliseLine(line: string): string {
  const indent = /^\s/.test(line) ? ' ' : ''
  const body = line
    .trim()
    .replace(/^[*+-]\s+/, '- ')
    .replace(/^(\d+)[.)]\s+/, '$1. ')
    .replace(/\s+/g, ' ')
    .replace(/:?-{2,}:?/g, '-')
  return indent + body
}

function countWords(text: string): Map<string, number> {
  const counts = new Map<string, number>()
  const words = text.toLowerCase().match(/[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}]|[\p{L}\p{N}]+/gu) ?? []
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return counts
}

function sumOf(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0)
}
