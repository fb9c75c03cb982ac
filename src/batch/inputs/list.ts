import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { abortable } from './abortable.ts'
import { words } from './lines.ts'
import type { Place, Scope } from './place.ts'

/** How far into a file its first word is looked for, in bytes. */
const sniffBytes = 65_536

/**
 * Whether a text file is a list: its first line that is neither blank nor a # comment is an http or https URL.
 * `empty`: there is no such line in the whole file.
 *
 * @throws the system's error when the file cannot be read
 */
export async function sniffList(path: string): Promise<'list' | 'empty' | 'document'> {
  await using handle = await open(path)
  const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(sniffBytes), 0, sniffBytes, 0)
  for await (const word of words(once(buffer.subarray(0, bytesRead)))) {
    return /^https?:\/\/\S+$/i.test(word) ? 'list' : 'document'
  }
  return bytesRead < sniffBytes ? 'empty' : 'document'
}

/** Each word of a list with the scope it stands in: paths start from the list's folder, and lists do not nest. */
export async function* listWords(list: Place, { signal }: Scope): AsyncGenerator<[word: string, scope: Scope]> {
  const shown = list.shown.startsWith('file:') ? list.path : list.shown
  const scope: Scope = { folder: dirname(list.path), shownFolder: dirname(shown), allowLists: false, signal }
  for await (const word of words(abortable(createReadStream(list.path), signal))) yield [word, scope]
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value
}
