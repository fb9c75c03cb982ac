import { glob, stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { fileFailure } from '../file-failure.ts'
import type { Input } from '../input.ts'
import { file, invalid, placeOf, type Scope } from './place.ts'

/** Whether a word that names no file may be meant as a pattern. */
export function isPattern(word: string): boolean {
  return /[*?[{]|[!+@]\(/.test(word)
}

/**
 * The files that a pattern matches, sorted by code unit. Dot folders, dot files and node_modules are left out unless the
 * pattern names such a part itself. Folders that cannot be read are passed over, as a shell does. Nothing when none matches.
 */
export async function* matchesOf(pattern: string, scope: Scope): AsyncGenerator<Input> {
  const { shown } = placeOf(pattern, scope)
  const excess = excessOf(pattern)
  if (excess !== undefined)
    return yield invalid(shown, 'NO_MATCH', `the pattern ${shown.slice(0, 80)} is refused: ${excess}`)
  let matches: readonly string[]
  try {
    matches = await search(pattern, scope)
  } catch (error) {
    if (!scope.signal?.aborted) yield invalid(shown, fileFailure(shown, error))
    return
  }
  for (const match of matches) yield file(placeOf(match, scope))
}

async function search(pattern: string, { folder, signal }: Scope): Promise<readonly string[]> {
  const parts = pattern.split(/[\\/]/)
  const dots = parts.some((part) => /^\.[^./]/.test(part))
  const modules = parts.includes('node_modules')
  const exclude = (path: string) => {
    // Called for every entry on the way: the one place from which a search that matches nothing can be stopped.
    signal?.throwIfAborted()
    const name = basename(path)
    return (!dots && /^\.[^.]/.test(name)) || (!modules && name === 'node_modules')
  }
  const files: string[] = []
  for await (const match of glob(pattern, { cwd: folder, exclude })) {
    if (await isFile(resolve(folder, match))) files.push(match)
  }
  return files.sort()
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch {
    return true // A broken link, or gone since: reading it says so.
  }
}

const maxPatternLength = 500
const maxAlternatives = 1_000
const maxStars = 4

/**
 * Matching is synchronous and backtracks: `{1..100000}`, `+(a|aa)b`, a dozen stars in one name or endless brackets would hold
 * the event loop for minutes. Lines of a list are somebody else's text, so such patterns are refused; what is left takes at
 * most about 0.1 s.
 */
function excessOf(pattern: string): string | undefined {
  if (pattern.length > maxPatternLength) return `it has more than ${maxPatternLength} characters`
  if (/[?*+@!]\(/.test(pattern)) return 'groups such as +(a|b) are not taken; write {a,b}, or name the files'
  if (alternatives(pattern) > maxAlternatives) return `its braces stand for more than ${maxAlternatives} patterns`
  const crowded = pattern.split(/[\\/]/).some((part) => (part.match(/\*+/g)?.length ?? 0) > maxStars)
  return crowded ? `it has more than ${maxStars} stars in one name` : undefined
}

/** How many patterns the braces stand for, or more: the product of the choices of every brace, nested ones included. */
function alternatives(pattern: string): number {
  const open: number[] = []
  let product = 1
  for (const character of pattern) {
    if (character === '{') open.push(1)
    else if (character === ',' && open.length > 0) open[open.length - 1] = (open.at(-1) ?? 0) + 1
    else if (character === '}') product *= open.pop() ?? 1
  }
  for (const [, from, to] of pattern.matchAll(/\{(-?\w+)\.\.(-?\w+)/g)) {
    product *= Math.abs(Number(to) - Number(from)) + 1 || lettersInRange
  }
  return product
}

/** `{a..z}`: not counted exactly, only bounded. */
const lettersInRange = 60
