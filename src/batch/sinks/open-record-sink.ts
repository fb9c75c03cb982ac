import { extname, join, resolve, sep } from 'node:path'
import type { Writable } from 'node:stream'
import { Failure } from '../../core/failure.ts'
import { isPageName } from './open-sink.ts'
import { openDevice, placeAt, realPlace } from './output-place.ts'
import { recordFile, recordLine } from './record-file.ts'
import type { RecordSink } from './record-sink.ts'
import { recordStream } from './record-stream.ts'

/** Where a job says that its records go. */
export type SinkDescription =
  /** A file of JSON lines; `-`: standard output. */
  | { readonly jsonl: string }
  /** A folder with a Markdown file for each record (it ends with a slash, is one, or has no extension), or one Markdown file. */
  | { readonly markdown: string }

export interface SinkSurroundings {
  /** Absolute: what relative paths start from. */
  readonly folder: string
  readonly stdout: Writable
  /** Absolute paths that are read or written already: the job's input files, its other output. An output must be none of them. */
  readonly taken?: readonly string[]
  /** Name of the job: what it wrote into a folder is its own. Default `job`. */
  readonly job?: string
  /** How the setting is called in messages. Default: `output: jsonl` or `output: markdown`. */
  readonly where?: string
}

/**
 * What a description names. A named pipe or a device is written through and never replaced. Nothing is made or changed before the sink's own
 * `open`.
 *
 * @throws Failure `INVALID_OPTION`, `OUTPUT_FAILED`
 */
export async function openRecordSink(
  description: SinkDescription,
  surroundings: SinkSurroundings,
): Promise<RecordSink> {
  const isJsonl = 'jsonl' in description
  const name = isJsonl ? description.jsonl : description.markdown
  const { folder, stdout, taken = [], job = 'job', where = `output: ${isJsonl ? 'jsonl' : 'markdown'}` } = surroundings
  const refuse = (reason: string): never => {
    const expected = isJsonl
      ? 'a file such as answers.jsonl, or - for standard output'
      : 'a file such as report.md, or a folder such as pages/'
    throw new Failure('INVALID_OPTION', `${where}: ${name}: ${reason}; expected ${expected}`)
  }
  if (name.trim() === '') return refuse('the name is empty')
  const write = isJsonl ? recordLine : (await import('./record-markdown.ts')).recordMarkdown
  if (name === '-') return recordStream('standard output', write, async () => stdout, false)
  // Resolving would lose the slash that makes it a folder.
  const path = resolve(folder, name)
  const { kind, exists } = await placeAt(/[\\/]$/.test(name) ? `${path}${sep}` : path)
  if (kind === 'device') return recordStream(name, write, () => openDevice(path), true)
  await refuseTaken(path, kind, taken, refuse)
  if (kind === 'folder') {
    if (isJsonl && (exists || /[\\/]$/.test(name))) return refuse('it is a folder')
    if (!isJsonl) return (await import('./record-folder.ts')).recordFolder(path, job)
  }
  if (isJsonl && isPageName(name)) return refuse('it is named like a page, but would hold JSON lines')
  if (!isJsonl && /\.(jsonl|ndjson|json|csv|tsv)$/i.test(name)) return refuse('it would hold Markdown')
  if (!isJsonl && exists && extname(name) === '') return refuse('a file of that name exists')
  return recordFile(path, write)
}

/** The same place by another name, through a link, is the same place; and pages among pages would be read the next time. */
async function refuseTaken(
  path: string,
  kind: 'file' | 'folder',
  taken: readonly string[],
  refuse: (reason: string) => never,
): Promise<void> {
  const place = await realPlace(path)
  for (const other of taken) {
    const theirs = await realPlace(other)
    if (theirs === place) refuse(`it is ${other}, which the job reads or writes already: choose another place`)
    const isInside = kind === 'folder' && theirs.startsWith(join(place, sep))
    if (isInside && isPageName(theirs))
      refuse(`${other}, which the job reads or writes, lies in it: choose another place`)
  }
}
