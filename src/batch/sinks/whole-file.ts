import { randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { errorCodeOf } from '../../core/failure.ts'
import { outputFailure } from './output-failure.ts'

/**
 * Writes a file that appears whole, under its final name, or not at all.
 *
 * @param key of a durable run: what a kill left of the file has the same temporary name, and goes
 * @throws Failure `OUTPUT_FAILED`
 */
export async function writeWhole(path: string, text: string, key?: string): Promise<void> {
  const partial = join(dirname(path), `.${basename(path)}.partial-${key ?? randomBytes(3).toString('hex')}`)
  try {
    if (key !== undefined) await rm(partial, { force: true })
    await writeFile(partial, text, { flag: 'wx' })
    await rename(partial, path)
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined)
    throw outputFailure(path, error, { isResumable: key !== undefined })
  }
}

/**
 * Makes a folder if need be, and tries it out by writing: `access` knows nothing of read-only mounts on some systems, and asks for the wrong
 * user under sudo.
 *
 * @throws Failure `OUTPUT_FAILED`
 */
export async function openFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
    const path = join(folder, `.probe.partial-${randomBytes(3).toString('hex')}`)
    await writeFile(path, '', { flag: 'wx' })
    await rm(path)
  } catch (error) {
    throw outputFailure(folder, error)
  }
}

/** What was written into a file survives a power cut; one that is gone meanwhile need not. @throws Failure `OUTPUT_FAILED` */
export async function syncFile(path: string): Promise<void> {
  try {
    await using handle = await open(path, 'r+')
    await handle.datasync()
  } catch (error) {
    if (errorCodeOf(error) !== 'ENOENT') throw outputFailure(path, error, { isResumable: true })
  }
}
