/** Longest line that is read, in characters: an answer, its thinking included, is far shorter. */
const maxLineChars = 64 * 1024 * 1024

/**
 * JSON values, one a line, as they come. The last line counts with or without its end. A line that is none, and has its end, will not be one the
 * next time: it is left out.
 *
 * @throws SyntaxError for a line that broke off
 */
export async function* jsonLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<unknown, void, undefined> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of bytes) {
    const text = decoder.decode(chunk, { stream: true })
    const lines = text.split('\n')
    rest += lines[0]!
    for (let at = 1; at < lines.length; at += 1) {
      const value = parsed(rest)
      if (value !== undefined) yield value
      rest = lines[at]!
    }
    if (rest.length > maxLineChars) throw new SyntaxError(`a line is longer than ${maxLineChars} characters`)
  }
  rest += decoder.decode()
  if (rest.trim() !== '') yield JSON.parse(rest)
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
