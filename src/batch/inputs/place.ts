import { isAbsolute, join, resolve } from 'node:path'
import type { BuiltInCode } from '../../core/codes.ts'
import { Failure } from '../../core/failure.ts'
import type { Input } from '../input.ts'

/** Where a word stands: what its relative paths start from, and whether it may name a list. */
export interface Scope {
  /** Absolute. */
  readonly folder: string
  /** The same folder as a user would write it; empty for the one that the command runs in. */
  readonly shownFolder: string
  readonly allowLists: boolean
  readonly signal: AbortSignal | undefined
}

/** A path twice: as it is opened, and as it is shown. */
export interface Place {
  readonly path: string
  readonly shown: string
}

export function placeOf(word: string, scope: Scope): Place {
  const asWritten = scope.shownFolder === '' || isAbsolute(word)
  return { path: resolve(scope.folder, word), shown: asWritten ? word : join(scope.shownFolder, word) }
}

export function inside(folder: Place, name: string): Place {
  return { path: join(folder.path, name), shown: join(folder.shown, name) }
}

export function file({ path, shown }: Place): Input {
  return { input: shown, target: { kind: 'file', path } }
}

export function invalid(input: string, failure: Failure): Input
export function invalid(input: string, code: BuiltInCode, message: string): Input
export function invalid(input: string, what: Failure | BuiltInCode, message = ''): Input {
  const failure = typeof what === 'string' ? new Failure(what, message) : what
  return { input, target: { kind: 'invalid', failure } }
}
