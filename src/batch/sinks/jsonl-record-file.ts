import { AppendFile } from './append-file.ts'
import type { OutputRecord, RecordSink } from './record-sink.ts'

/** Records of a durable run as JSON lines into a file; until they are published, in `NAME.partial-KEY` beside it. */
export function jsonlRecordFile(path: string): RecordSink {
  return new JsonlRecordFile(path)
}

class JsonlRecordFile implements RecordSink {
  readonly place: string
  readonly isReplayed = false
  #file: AppendFile | undefined

  constructor(path: string) {
    this.place = path
  }

  get partial(): string | undefined {
    return this.#file?.partial
  }

  async open(key: string, bytes: number): Promise<boolean> {
    this.#file = await AppendFile.open(this.place, key, bytes)
    return this.#file.bytes === bytes
  }

  async append(records: readonly OutputRecord[]): Promise<number> {
    const file = this.#opened()
    for (const piece of pieces(records)) await file.append(Buffer.from(piece))
    return file.bytes
  }

  sync(): Promise<void> {
    return this.#opened().sync()
  }

  publish(): Promise<void> {
    return this.#opened().publish()
  }

  async close(): Promise<void> {
    await this.#file?.leave()
  }

  #opened(): AppendFile {
    if (this.#file === undefined) throw new Error(`${this.place} is used before it is opened`)
    return this.#file
  }
}

/** Lines in large texts, each to be written at once: a system call for each line would cost more than the line. */
export function* pieces(records: readonly OutputRecord[]): Generator<string> {
  let lines: string[] = []
  let length = 0
  for (const { line } of records) {
    lines.push(line)
    length += line.length
    if (length < maxPieceLength) continue
    yield lines.join('')
    lines = []
    length = 0
  }
  if (length > 0) yield lines.join('')
}

/** In UTF-16 units: encoding one takes about a millisecond. */
const maxPieceLength = 1024 * 1024
