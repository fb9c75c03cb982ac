import type { Stats } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { extname } from 'node:path'
import type { Writable } from 'node:stream'
import { errorCodeOf, Failure } from '../../core/failure.ts'
import type { ReadRecord } from '../record.ts'
import { openJsonlFile } from './jsonl-file.ts'
import { jsonlStream } from './jsonl-stream.ts'
import { outputFailure } from './output-failure.ts'
import type { Sink } from './sink.ts'

/**
 * The sink that `--out` means. Nothing or `-`: JSON lines to standard output. What ends with a slash, is a folder, or is new
 * and has no extension: a folder with one Markdown file per item. Anything else: a file of JSON lines.
 * Fails before any work is done when the place cannot be written to.
 *
 * @throws Failure `INVALID_OPTION`, `OUTPUT_FAILED`
 */
export async function openSink(out: string | undefined, stdout: Writable): Promise<Sink<ReadRecord>> {
  if (out === undefined || out === '-') return jsonlStream(stdout, { place: 'standard output', owned: false })
  if (out.trim() === '') throw refused(out, 'the name is empty')
  const existing = await lookAt(out)
  if (isFolder(out, existing)) {
    // Late, because only this sink needs the YAML library.
    const { openMarkdownFolder } = await import('./markdown-folder.ts')
    return openMarkdownFolder(out)
  }
  if (existing !== undefined && !existing.isFile()) return openDevice(out)
  if (/\.(x?html?|md|markdown)$/i.test(out)) throw refused(out, 'it is named like a page, but would hold JSON lines')
  if (existing !== undefined && extname(out) === '') throw refused(out, 'a file of that name exists')
  return openJsonlFile(out)
}

function isFolder(out: string, existing: Stats | undefined): boolean {
  if (/[\\/]$/.test(out) || existing?.isDirectory()) return true
  return existing === undefined && extname(out) === ''
}

async function lookAt(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path)
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return undefined
    throw outputFailure(path, error)
  }
}

/** A named pipe, /dev/null, a process substitution of the shell: written through, never replaced. */
async function openDevice(path: string): Promise<Sink<ReadRecord>> {
  try {
    const handle = await open(path, 'w')
    return jsonlStream(handle.createWriteStream(), { place: path, owned: true })
  } catch (error) {
    throw outputFailure(path, error)
  }
}

function refused(out: string, reason: string): Failure {
  const message = `--out ${out}: ${reason}; expected a file such as pages.jsonl, or a folder such as pages/`
  return new Failure('INVALID_OPTION', message)
}
