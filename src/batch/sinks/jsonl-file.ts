import { randomBytes } from 'node:crypto'
import { AppendFile } from './append-file.ts'
import { jsonLine } from './json-line.ts'
import type { Sink } from './sink.ts'

/**
 * Records as JSON lines into a file. Until `close` they lie beside it in `NAME.partial-XXXXXX`, so the final name never holds
 * half of a run; a process that is killed leaves that file, whole but for at most its last line. Missing folders are made.
 *
 * @throws Failure `OUTPUT_FAILED`
 */
export async function openJsonlFile(path: string): Promise<Sink<object>> {
  return new JsonlFile(await AppendFile.open(path, randomBytes(3).toString('hex')))
}

class JsonlFile implements Sink<object> {
  readonly #file: AppendFile
  #ended: Promise<void> | undefined
  /** Settles when all writes before have; keeps them in order and apart. Never rejects. */
  #tail: Promise<void> = Promise.resolve()

  constructor(file: AppendFile) {
    this.#file = file
  }

  get place(): string {
    return this.#file.place
  }

  get partial(): string {
    return this.#file.partial
  }

  async write(record: object): Promise<void> {
    const line = Buffer.from(jsonLine(record))
    const written = this.#tail.then(() => this.#file.append(line))
    this.#tail = written.catch(() => undefined)
    await written
  }

  close(): Promise<void> {
    this.#ended ??= this.#tail.then(() => (this.#file.isBroken ? this.#file.leave() : this.#file.publish()))
    return this.#ended
  }

  abandon(): Promise<void> {
    this.#ended ??= this.#tail.then(() => this.#file.leave())
    return this.#ended.catch(() => undefined)
  }
}
