import { randomBytes } from 'node:crypto'
import { type FileHandle, mkdir, open, realpath, rename, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Failure } from '../../core/failure.ts'
import { jsonLine } from './json-line.ts'
import { outputFailure } from './output-failure.ts'
import type { Sink } from './sink.ts'

/**
 * Records as JSON lines into a file. Until `close` they lie beside it in `NAME.partial-XXXXXX`, so the final name never holds
 * half of a run; a process that is killed leaves that file, whole but for at most its last line. Missing folders are made.
 *
 * @throws Failure `OUTPUT_FAILED`
 */
export async function openJsonlFile(path: string): Promise<Sink<object>> {
  try {
    await mkdir(dirname(path), { recursive: true })
    // Through a symbolic link, so that its target is replaced and not the link.
    const target = await realpath(path).catch(() => path)
    const partial = `${target}.partial-${randomBytes(3).toString('hex')}`
    return new JsonlFile(path, target, partial, await open(partial, 'wx'))
  } catch (error) {
    throw outputFailure(path, error)
  }
}

class JsonlFile implements Sink<object> {
  readonly place: string
  readonly partial: string
  readonly #target: string
  readonly #handle: FileHandle
  #wholeBytes = 0
  #failure: Failure | undefined
  #ended: Promise<void> | undefined
  /** Settles when all writes before have; keeps them in order and apart. Never rejects. */
  #tail: Promise<void> = Promise.resolve()

  constructor(place: string, target: string, partial: string, handle: FileHandle) {
    this.place = place
    this.partial = partial
    this.#target = target
    this.#handle = handle
  }

  async write(record: object): Promise<void> {
    const line = Buffer.from(jsonLine(record))
    const written = this.#tail.then(() => this.#append(line))
    this.#tail = written.catch(() => undefined)
    await written
  }

  close(): Promise<void> {
    this.#ended ??= this.#publish()
    return this.#ended
  }

  abandon(): Promise<void> {
    this.#ended ??= this.#leave()
    return this.#ended.catch(() => undefined)
  }

  async #append(line: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    try {
      await this.#handle.appendFile(line)
      this.#wholeBytes += line.length
    } catch (error) {
      throw await this.#fail(error)
    }
  }

  async #fail(error: unknown): Promise<Failure> {
    // A full disk may have taken half of the line.
    await this.#handle.truncate(this.#wholeBytes).catch(() => undefined)
    this.#failure = outputFailure(this.place, error, this.#wholeBytes > 0 ? this.partial : undefined)
    return this.#failure
  }

  async #publish(): Promise<void> {
    await this.#tail
    if (this.#failure !== undefined) return this.#leave()
    try {
      const before = await stat(this.#target).catch(() => undefined)
      if (before !== undefined) await this.#handle.chmod(before.mode)
      await this.#handle.datasync()
      await this.#handle.close()
      await rename(this.partial, this.#target)
    } catch (error) {
      const failure = await this.#fail(error)
      await this.#leave()
      throw failure
    }
  }

  async #leave(): Promise<void> {
    await this.#tail
    await this.#handle.close().catch(() => undefined)
    if (this.#wholeBytes === 0) await unlink(this.partial).catch(() => undefined)
  }
}
