import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { Failure } from '../../core/failure.ts'
import { fileFailure } from '../file-failure.ts'
import { csv, csvFile } from './csv-format.ts'
import type { SourceDescription, SourceFormat } from './description.ts'
import { assertUtf8 } from './encoding.ts'
import { openSnapshot } from './file-snapshot.ts'
import { fileSource } from './file-source.ts'
import { globSource } from './glob-source.ts'
import type { ItemFormat } from './item-format.ts'
import { iterableSource } from './iterable-source.ts'
import { jsonLines, textLines } from './line-format.ts'
import { listSource, textItems } from './list-source.ts'
import type { JobSource } from './source.ts'
import { streamSource } from './stream-source.ts'

export type { FileDescription, SourceDescription, SourceFormat } from './description.ts'

export interface SourceSurroundings {
  /** Absolute: what relative paths start from. */
  readonly folder: string
  readonly stdin: AsyncIterable<Uint8Array | string>
}

/**
 * The items that a job works on. What is wrong with a source as a whole shows here, before anything runs: that it cannot be read, that its
 * format is unknown, that the header of a CSV file is of no use.
 *
 * @throws Failure `FILE_UNREADABLE`, `INVALID_OPTION`, `INPUT_MALFORMED`, `INPUT_ENCODING`, `NO_MATCH`
 */
export async function openSource(
  description: SourceDescription,
  { folder, stdin }: SourceSurroundings,
): Promise<JobSource> {
  if ('urls' in description) return listSource('urls', textItems(description.urls))
  if ('items' in description) return iterableSource(description.items)
  if ('glob' in description) return globSource(description.glob, folder)
  if ('stdin' in description) return openStdin(description.stdin, description.delimiter, stdin)
  const { file, format, delimiter } = description
  if (file === '-') return openStdin(format ?? 'jsonl', delimiter, stdin)
  return openFile(file, format ?? formatByEnding(file), delimiter, folder)
}

function openStdin(format: SourceFormat, delimiter: string | undefined, stdin: SourceSurroundings['stdin']): JobSource {
  const place = 'standard input'
  return streamSource(place, formatOf(format, place, delimiterOf(delimiter, place)), () => stdin)
}

async function openFile(
  file: string,
  format: SourceFormat,
  delimiter: string | undefined,
  folder: string,
): Promise<JobSource> {
  const separator = delimiterOf(delimiter, file)
  const path = resolve(folder, file)
  const stats = await stat(path).catch((error: unknown) => {
    throw fileFailure(file, error)
  })
  // A pipe or a device cannot be read twice, nor from the middle.
  if (!stats.isFile() && !stats.isDirectory())
    return streamSource(file, formatOf(format, file, separator), () => createReadStream(path))
  const snapshot = await openSnapshot(path, file)
  for await (const first of snapshot.bytes(0)) {
    assertUtf8(first, file)
    break
  }
  return fileSource(
    file,
    snapshot,
    format === 'csv' ? await csvFile(file, separator, snapshot) : formatOf(format, file, separator),
  )
}

/** CSV as that of a stream, whose header is read with its items. */
function formatOf(format: SourceFormat, place: string, delimiter: string): ItemFormat {
  if (format === 'csv') return csv(place, delimiter)
  return format === 'jsonl' ? jsonLines(place) : textLines(place)
}

/** @throws Failure `INVALID_OPTION` */
function delimiterOf(delimiter: string | undefined, file: string): string {
  if (delimiter === undefined) return extname(file).toLowerCase() === '.tsv' ? '\t' : ','
  if (delimiter.length === 1 && !/["\r\n]/.test(delimiter)) return delimiter
  throw new Failure(
    'INVALID_OPTION',
    `delimiter: expected one character such as ; or a tab, got ${JSON.stringify(delimiter)}`,
  )
}

/** @throws Failure `INVALID_OPTION` */
function formatByEnding(file: string): SourceFormat {
  const ending = extname(file).toLowerCase()
  const format = formats[ending]
  if (format !== undefined) return format
  const hint = ending === '.json' ? '; one JSON document is no list of lines: write one value a line (jq -c ".[]")' : ''
  const message = `the format of ${file} does not show in its ending: expected one of ${Object.keys(formats).join(' ')}, or format: jsonl, csv or txt${hint}`
  throw new Failure('INVALID_OPTION', message)
}

const formats: Readonly<Record<string, SourceFormat>> = {
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.csv': 'csv',
  '.tsv': 'csv',
  '.txt': 'txt',
}
