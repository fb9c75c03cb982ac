import { extname } from 'node:path'
import type { Writable } from 'node:stream'
import { Failure } from '../../core/failure.ts'
import type { ReadRecord } from '../record.ts'
import { openJsonlFile } from './jsonl-file.ts'
import { jsonlStream } from './jsonl-stream.ts'
import { openDevice, placeAt } from './output-place.ts'
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
  const { kind, exists } = await placeAt(out)
  if (kind === 'folder') {
    // Late, because only this sink needs the YAML library.
    const { openMarkdownFolder } = await import('./markdown-folder.ts')
    return openMarkdownFolder(out)
  }
  if (kind === 'device') return jsonlStream(await openDevice(out), { place: out, owned: true })
  if (isPageName(out)) throw refused(out, 'it is named like a page, but would hold JSON lines')
  if (exists && extname(out) === '') throw refused(out, 'a file of that name exists')
  return openJsonlFile(out)
}

/** Whether a file is named like one that people read. */
export function isPageName(path: string): boolean {
  return /\.(x?html?|md|markdown)$/i.test(path)
}

function refused(out: string, reason: string): Failure {
  const message = `--out ${out}: ${reason}; expected a file such as pages.jsonl, or a folder such as pages/`
  return new Failure('INVALID_OPTION', message)
}
