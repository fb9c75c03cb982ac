/**
 * A line that takes no more than so many columns of a terminal: what is cut off leaves an ellipsis.
 *
 * @param line without control characters: see `printable`
 */
export function fitted(line: string, width: number): string {
  if (widthOf(line) <= width) return line
  let kept = ''
  let used = 0
  for (const character of line) {
    const more = widthOf(character)
    if (used + more > width - 1) break
    kept += character
    used += more
  }
  return width < 1 ? '' : `${kept.trimEnd()}…`
}

/**
 * Columns that a text takes, at most: marks none, what may be wide (the scripts of East Asia, emoji) two. An upper bound, so that what fits by
 * it fits; a narrow sign of those blocks is counted as wide.
 */
export function widthOf(text: string): number {
  let width = 0
  for (const character of text) {
    if (/^\p{M}$/u.test(character)) continue
    const code = character.codePointAt(0)!
    const isPunctuation = code >= 0x2000 && code <= 0x206f
    width += code < 0x1100 || isPunctuation ? 1 : 2
  }
  return width
}
