import { open, stat } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import type { Writable } from 'node:stream'
import { errorCodeOf, Failure } from '../../core/failure.ts'
import { jsonlRecordFile } from './jsonl-record-file.ts'
import { outputFailure } from './output-failure.ts'
import type { RecordSink } from './record-sink.ts'
import { recordStream } from './record-stream.ts'

/** Where a job says that its records go. */
export type SinkDescription =
  /** A file of JSON lines; `-`: standard output. */
  { readonly jsonl: string }

export interface SinkSurroundings {
  /** Absolute: what relative paths start from. */
  readonly folder: string
  readonly stdout: Writable
}

/**
 * What a description names: a file of JSON lines, or a stream (standard output, a named pipe, a device), which is written through and never
 * replaced. Nothing is made or changed before the sink's own `open`.
 *
 * @throws Failure `INVALID_OPTION`, `OUTPUT_FAILED`
 */
export async function openRecordSink(
  description: SinkDescription,
  { folder, stdout }: SinkSurroundings,
): Promise<RecordSink> {
  const { jsonl } = description
  if (jsonl === '-') return recordStream('standard output', async () => stdout, false)
  const path = resolve(folder, jsonl)
  if (jsonl.trim() === '') throw refused(jsonl, 'the name is empty')
  const existing = await lookAt(path)
  if (existing?.isDirectory() || /[\\/]$/.test(jsonl)) throw refused(jsonl, 'it is a folder')
  if (existing !== undefined && !existing.isFile())
    return recordStream(jsonl, async () => (await open(path, 'w')).createWriteStream(), true)
  if (/\.(x?html?|md|markdown)$/i.test(jsonl)) throw refused(jsonl, 'it is named like a page')
  if (existing !== undefined && extname(jsonl) === '') throw refused(jsonl, 'a file of that name exists')
  return jsonlRecordFile(path)
}

async function lookAt(path: string) {
  try {
    return await stat(path)
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return undefined
    throw outputFailure(path, error)
  }
}

function refused(out: string, reason: string): Failure {
  return new Failure(
    'INVALID_OPTION',
    `jsonl: ${out}: ${reason}; expected a file such as answers.jsonl, or - for standard output`,
  )
}
