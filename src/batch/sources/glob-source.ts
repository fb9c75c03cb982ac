import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Failure } from '../../core/failure.ts'
import type { Input } from '../input.ts'
import { pagesIn } from '../inputs/folder.ts'
import { matchesOf } from '../inputs/pattern.ts'
import { file, type Scope } from '../inputs/place.ts'
import { listSource, textItems } from './list-source.ts'
import type { JobSource } from './source.ts'

/**
 * The files that patterns match, each once, sorted by code unit over all patterns. What exists under exactly the name of a pattern is that: a
 * file, or the pages of a folder. Their identity is their paths, sizes and times of change.
 *
 * @throws Failure `NO_MATCH`, `FILE_UNREADABLE`
 */
export async function globSource(glob: string | readonly string[], folder: string): Promise<JobSource> {
  const patterns = typeof glob === 'string' ? [glob] : glob
  const scope: Scope = { folder, shownFolder: '', allowLists: false, signal: undefined }
  const paths = new Set<string>()
  for (const pattern of patterns) {
    let found = false
    for await (const { input, target } of matching(pattern, scope)) {
      if (target.kind === 'invalid') throw target.failure
      paths.add(input)
      found = true
    }
    if (!found) throw new Failure('NO_MATCH', `no file matches the pattern ${pattern}, looked for from ${folder}`)
  }
  const sorted = [...paths].sort()
  const states: unknown[] = []
  for (const path of sorted) states.push([path, await stateOf(resolve(folder, path))])
  const files = sorted.map((path) => resolve(folder, path))
  return { ...listSource('glob', textItems(sorted), states), files }
}

async function* matching(pattern: string, scope: Scope): AsyncGenerator<Input> {
  const place = { path: resolve(scope.folder, pattern), shown: pattern }
  const stats = await stat(place.path).catch(() => undefined)
  if (stats === undefined) yield* matchesOf(pattern, scope)
  else if (stats.isDirectory()) yield* pagesIn(place, undefined)
  else yield file(place)
}

/** Of one that is gone meanwhile null: reading it says so. */
async function stateOf(path: string): Promise<unknown> {
  const stats = await stat(path, { bigint: true }).catch(() => undefined)
  return stats === undefined ? null : [String(stats.size), String(stats.mtimeNs)]
}
