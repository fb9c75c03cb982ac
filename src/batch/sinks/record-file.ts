import { AppendFile } from './append-file.ts'
import type { OutputRecord, RecordSink } from './record-sink.ts'

/** A record as it is written, ending in a line feed. */
export type WriteRecord = (record: OutputRecord) => string

/** As a line of JSON. */
export function recordLine(record: OutputRecord): string {
  return record.line
}

/** Records of a durable run in one file; until they are published, in `NAME.partial-KEY` beside it. */
export function recordFile(path: string, write: WriteRecord): RecordSink {
  return new RecordFile(path, write)
}

class RecordFile implements RecordSink {
  readonly place: string
  readonly isReplayed = false
  readonly #write: WriteRecord
  #file: AppendFile | undefined

  constructor(path: string, write: WriteRecord) {
    this.place = path
    this.#write = write
  }

  get partial(): string | undefined {
    return this.#file?.partial
  }

  get partials(): string[] {
    return this.#file === undefined ? [] : [this.#file.partial]
  }

  async open(key: string, bytes: number): Promise<boolean> {
    this.#file = await AppendFile.open(this.place, key, bytes)
    return this.#file.bytes === bytes
  }

  async append(records: readonly OutputRecord[]): Promise<number> {
    const file = this.#opened()
    for (const piece of pieces(records, this.#write)) await file.append(piece)
    return file.bytes
  }

  sync(): Promise<void> {
    return this.#opened().sync()
  }

  publish(): Promise<void> {
    return this.#opened().publish()
  }

  async replaces(): Promise<number | undefined> {
    return (await this.#opened().bytesBefore()) || undefined
  }

  async withdraw(): Promise<boolean> {
    if ((await this.replaces()) === undefined) return false
    await this.#opened().discard()
    return true
  }

  async close(): Promise<void> {
    await this.#file?.leave()
  }

  #opened(): AppendFile {
    if (this.#file === undefined) throw new Error(`${this.place} is used before it is opened`)
    return this.#file
  }
}

/** Records in large pieces, each to be written at once: a system call for each would cost more than the record. */
export function* pieces(records: readonly OutputRecord[], write: WriteRecord): Generator<Buffer> {
  let texts: string[] = []
  let length = 0
  for (const record of records) {
    const text = write(record)
    texts.push(text)
    length += text.length
    if (length < maxPieceLength) continue
    yield Buffer.from(texts.join(''))
    texts = []
    length = 0
  }
  if (length > 0) yield Buffer.from(texts.join(''))
}

/** In UTF-16 units: encoding one takes about a millisecond. */
const maxPieceLength = 1024 * 1024
