import type { Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { withoutCredentials } from '../../core/address.ts'
import { fileFailure } from '../file-failure.ts'
import type { Input } from '../input.ts'
import { readAddress, readBareScheme } from './address.ts'
import { pagesIn } from './folder.ts'
import { maxWordLength } from './lines.ts'
import { listWords, sniffList } from './list.ts'
import { missing } from './missing.ts'
import { isPattern, matchesOf } from './pattern.ts'
import { file, invalid, type Place, placeOf, type Scope } from './place.ts'

/** What one word stands for: one input or many, and never none. */
export async function* expandWord(word: string, scope: Scope): AsyncGenerator<Input> {
  const refusal = refuse(word)
  if (refusal !== undefined) return yield refusal
  const address = readAddress(word)
  if (address === undefined) return yield* expandPath(placeOf(word, scope), scope, word)
  if (address.kind !== 'file') return yield { input: withoutCredentials(word), target: address }
  yield* expandPath({ path: address.path, shown: word }, scope)
}

function refuse(word: string): Input | undefined {
  if (word.length > maxWordLength) {
    const message = `expected a URL or a path of at most ${maxWordLength} characters on a line, but this one is longer`
    return invalid(`${word.slice(0, 80)}…`, 'FILE_UNREADABLE', message)
  }
  // An unset shell variable: resolved as a path it would be the whole working folder.
  if (word.trim() === '') return invalid(word, 'FILE_UNREADABLE', 'expected a URL or a path, but the word is empty')
  return undefined
}

/** `word`: what was written, where it may still mean something other than exactly this path. */
async function* expandPath(place: Place, scope: Scope, word?: string): AsyncGenerator<Input> {
  let stats: Stats
  try {
    stats = await stat(place.path)
  } catch (error) {
    if (word === undefined) return yield invalid(place.shown, fileFailure(place.path, error))
    return yield* expandMissing(word, place, scope, error)
  }
  if (stats.isDirectory()) return yield* pagesIn(place, scope.signal)
  if (stats.isFile() && extname(place.path).toLowerCase() === '.txt') return yield* expandText(place, scope)
  yield file(place)
}

async function* expandMissing(word: string, place: Place, scope: Scope, error: unknown): AsyncGenerator<Input> {
  let found = false
  if (isPattern(word)) {
    for await (const input of matchesOf(word, scope)) {
      found = true
      yield input
    }
  }
  if (found) return
  const target = readBareScheme(word) ?? { kind: 'invalid', failure: missing(word, place, scope, error) }
  yield { input: place.shown, target }
}

async function* expandText(place: Place, scope: Scope): AsyncGenerator<Input> {
  const kind = await sniffList(place.path).catch((error: unknown) => fileFailure(place.path, error))
  if (typeof kind !== 'string') return yield invalid(place.shown, kind)
  if (kind === 'document') return yield file(place)
  if (kind === 'empty') {
    const message = `${place.shown} names nothing to read: it holds only blank lines and # comments`
    return yield invalid(place.shown, 'NO_MATCH', message)
  }
  if (!scope.allowLists) {
    const message = `${place.shown} is a list of inputs, and a list named in a list is not followed: name it on the command line`
    return yield invalid(place.shown, 'FILE_UNREADABLE', message)
  }
  yield* expandList(place, scope)
}

async function* expandList(list: Place, scope: Scope): AsyncGenerator<Input> {
  try {
    for await (const [word, inner] of listWords(list, scope)) yield* expandWord(word, inner)
  } catch (error) {
    yield invalid(list.shown, fileFailure(list.path, error))
  }
}
