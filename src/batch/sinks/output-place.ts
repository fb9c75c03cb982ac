import type { Stats } from 'node:fs'
import { type FileHandle, open, readlink, realpath, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import type { Writable } from 'node:stream'
import { errorCodeOf } from '../../core/failure.ts'
import { outputFailure } from './output-failure.ts'

/** What stands at a place that is to be written to, or would be made there. `device`: also a named pipe; written through, never replaced. */
export interface OutputPlace {
  readonly kind: 'file' | 'folder' | 'device'
  readonly exists: boolean
}

/**
 * A folder is what ends with a slash, is one, or is new and has no extension.
 *
 * @throws Failure `OUTPUT_FAILED`
 */
export async function placeAt(path: string): Promise<OutputPlace> {
  const existing = await lookAt(path)
  const exists = existing !== undefined
  if (/[\\/]$/.test(path) || existing?.isDirectory()) return { kind: 'folder', exists }
  if (existing === undefined) return { kind: extname(path) === '' ? 'folder' : 'file', exists }
  return { kind: existing.isFile() ? 'file' : 'device', exists }
}

async function lookAt(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path)
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return undefined
    throw outputFailure(path, error)
  }
}

/** A named pipe, /dev/null, a process substitution of the shell. @throws Failure `OUTPUT_FAILED` */
export async function openDevice(path: string): Promise<Writable> {
  try {
    const handle: FileHandle = await open(path, 'w')
    return handle.createWriteStream()
  } catch (error) {
    throw outputFailure(path, error)
  }
}

/** Where a path leads when all links on the way are followed, whether it exists or is still to be made: also by a link to nothing yet. */
export async function realPlace(path: string, links = 0): Promise<string> {
  try {
    return await realpath(path)
  } catch {
    const folder = dirname(path)
    if (folder === path) return path
    const link = await readlink(path).catch(() => undefined)
    const place = join(await realPlace(folder, links), basename(path))
    if (link === undefined || links >= maxLinks) return place
    return realPlace(resolve(dirname(place), link), links + 1)
  }
}

/** Of links to nothing, one behind the other: they may lead in a circle. */
const maxLinks = 40
