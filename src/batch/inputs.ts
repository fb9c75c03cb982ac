import { Failure } from '../core/failure.ts'
import type { Input } from './input.ts'
import { abortable } from './inputs/abortable.ts'
import { words as wordsOf } from './inputs/lines.ts'
import { invalid } from './inputs/place.ts'
import { expandWord } from './inputs/word.ts'

export type { Input, Target } from './input.ts'

export interface ExpandOptions {
  /** Folder that relative paths and patterns start from. */
  readonly cwd: string
  /** What the word `-` stands for. Read only when that word comes, and destroyed when it is no longer needed. */
  readonly stdin: AsyncIterable<Uint8Array | string>
  /** Ends the inputs quietly, in the middle of a folder or of a wait for standard input too. */
  readonly signal?: AbortSignal
}

/**
 * The inputs that the words of a command line name, one by one, in the order of the words.
 *
 * A word is an http or https URL, a file (of any extension, or as a `file:` URL), a folder (its pages, sorted, at any depth),
 * a pattern such as `docs/**\/*.html`, a list (a .txt file whose first line that is neither blank nor a # comment is an http
 * or https URL: every line is a word, relative to the list's folder) or `-` (standard input, a word a line, taken as it comes).
 * What exists under exactly that name wins over its reading as a pattern. A list in a list, and `-` in either, are not followed.
 *
 * A word that names nothing readable gives one `invalid` input: `URL_INVALID`, `SCHEME_UNSUPPORTED`, `FILE_UNREADABLE` or
 * `NO_MATCH`. Holds no more than one folder level, one pattern's matches, or one chunk of a list in memory.
 *
 * To stop while it waits for standard input, abort the signal: `return()` alone waits for the pending read.
 *
 * @throws Failure `SOURCE_FAILED` when standard input breaks
 */
export async function* expandInputs(words: Iterable<string>, options: ExpandOptions): AsyncGenerator<Input> {
  for await (const input of expandAll(words, options)) {
    if (options.signal?.aborted) return
    yield input
  }
}

async function* expandAll(words: Iterable<string>, options: ExpandOptions): AsyncGenerator<Input> {
  const scope = { folder: options.cwd, shownFolder: '', allowLists: true, signal: options.signal }
  let stdinTaken = false
  for (const word of words) {
    if (options.signal?.aborted) return
    if (word !== '-') {
      yield* expandWord(word, scope)
    } else if (stdinTaken) {
      yield invalid('-', 'FILE_UNREADABLE', 'standard input can be read only once, but - is given twice: name it once')
    } else {
      stdinTaken = true
      let empty = true
      for await (const line of stdinWords(options)) {
        empty = false
        yield* expandWord(line, scope)
      }
      if (empty) {
        const message = 'standard input named nothing to read: write a URL, file, folder or pattern on each line'
        yield invalid('-', 'NO_MATCH', message)
      }
    }
  }
}

async function* stdinWords({ stdin, signal }: ExpandOptions): AsyncGenerator<string> {
  try {
    yield* wordsOf(abortable(stdin, signal))
  } catch (error) {
    throw new Failure('SOURCE_FAILED', 'standard input broke while it was read', { cause: error })
  }
}
