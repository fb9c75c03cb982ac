/** The longest word that is taken, in UTF-16 units. Far above any URL or path; it bounds what an endless line can hold. */
export const maxWordLength = 65_536

/**
 * The words of a text, one a line, trimmed; blank lines and # comments are left out. LF and CRLF, UTF-8 with or without a
 * byte order mark. A line beyond `maxWordLength` comes out cut, but still longer than that, so that it can be refused.
 */
export async function* words(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  for await (const line of lines(chunks)) {
    const word = line.trim()
    if (word !== '' && !word.startsWith('#')) yield word
  }
}

// Not node:readline, which also breaks lines at U+2028 and buffers an endless line whole.
async function* lines(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let pending = ''
  for await (const chunk of chunks) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
    const parts = (pending + text).split('\n')
    pending = parts.pop()?.slice(0, maxWordLength + 1) ?? ''
    yield* parts
  }
  yield pending + decoder.decode()
}
