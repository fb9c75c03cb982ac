/**
 * A line as a terminal may show it. What came from outside (a URL, a file name, a header that a message repeats) could otherwise
 * carry commands to the terminal, or turn the direction of the text.
 */
export function printable(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}]/gu, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`)
}
