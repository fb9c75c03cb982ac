import type { Dirent, Stats } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { fileFailure } from '../file-failure.ts'
import type { Input } from '../input.ts'
import { file, inside, invalid, type Place } from './place.ts'

const pageEndings = ['.html', '.htm', '.xhtml', '.md', '.markdown', '.txt']

/**
 * The pages of a folder at any depth, in the order of their names (by code unit, so the same on every machine). Left out are
 * dot folders, dot files and node_modules. Symbolic links are followed, each folder is entered once. A folder that
 * cannot be read is an `invalid` input of its own; no page at all is one `NO_MATCH`.
 */
export async function* pagesIn(top: Place, signal: AbortSignal | undefined): AsyncGenerator<Input> {
  let found = false
  for await (const input of walk(
    { path: top.path, shown: top.shown.startsWith('file:') ? top.path : top.shown },
    signal,
  )) {
    found = true
    yield input
  }
  if (!found && !signal?.aborted) yield invalid(top.shown, 'NO_MATCH', emptyMessage(top.shown))
}

function emptyMessage(shown: string): string {
  const what = `${shown} holds no page: a folder is searched for ${pageEndings.join(' ')}`
  return `${what}, but not in dot folders and node_modules; name other files one by one or by a pattern`
}

interface Entry {
  readonly place: Place
  readonly kind: 'folder' | 'file' | 'unknown'
}

async function* walk(top: Place, signal: AbortSignal | undefined): AsyncGenerator<Input> {
  const entered = new Set<string>()
  const waiting: Entry[] = [{ place: top, kind: 'folder' }]
  while (!signal?.aborted) {
    const entry = waiting.pop()
    if (entry === undefined) return
    const { place } = entry
    const kind = entry.kind === 'unknown' ? await kindBehindLink(place.path) : entry.kind
    if (kind === 'file' && isPage(place.path)) yield file(place)
    if (kind !== 'folder') continue
    try {
      if (await isNew(place.path, entered)) waiting.push(...(await entriesOf(place)))
    } catch (error) {
      yield invalid(place.shown, fileFailure(place.path, error))
    }
  }
}

/** Links may lead in circles: a folder is known by its device and inode, whatever path led to it. */
async function isNew(folder: string, entered: Set<string>): Promise<boolean> {
  const { dev, ino } = await stat(folder, { bigint: true })
  const size = entered.size
  return entered.add(`${dev}:${ino}`).size > size
}

/** Last name first, because the walk takes from the end. */
async function entriesOf(folder: Place): Promise<Entry[]> {
  const entries = await readdir(folder.path, { withFileTypes: true })
  return entries
    .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
    .sort((a, b) => (a.name < b.name ? 1 : -1))
    .map((entry) => ({ place: inside(folder, entry.name), kind: kindOf(entry) }))
}

function kindOf(entry: Dirent | Stats): Entry['kind'] {
  if (entry.isDirectory()) return 'folder'
  return entry.isFile() ? 'file' : 'unknown'
}

/** A broken link counts as a file: reading it then says what is wrong, instead of nobody ever hearing of it. */
async function kindBehindLink(path: string): Promise<Entry['kind']> {
  try {
    return kindOf(await stat(path))
  } catch {
    return 'file'
  }
}

function isPage(path: string): boolean {
  return pageEndings.includes(extname(path).toLowerCase())
}
