import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { jsonLine } from './json-line.ts'
import { outputFailure } from './output-failure.ts'
import type { Sink } from './sink.ts'

export interface StreamSinkOptions {
  /** How the stream is called in messages. */
  readonly place: string
  /** Whether the stream ends with the sink. Standard output does not. */
  readonly owned: boolean
}

/** Records as JSON lines into a stream. A reader that goes away, as `head` does, gives `OUTPUT_CLOSED` on the next write. */
export function jsonlStream(stream: Writable, options: StreamSinkOptions): Sink<object> {
  return new JsonlStream(stream, options)
}

class JsonlStream implements Sink<object> {
  readonly place: string
  readonly partial: undefined
  readonly #stream: Writable
  readonly #owned: boolean
  /** The first error, which says more than the ERR_STREAM_DESTROYED of the writes after it. */
  #error: Error | undefined
  #lastWrite: Promise<void> = Promise.resolve()

  constructor(stream: Writable, { place, owned }: StreamSinkOptions) {
    this.place = place
    this.#stream = stream
    this.#owned = owned
    // Stays for good: an EPIPE may be reported after the last write, and unheard it would end the process.
    stream.on('error', (error) => {
      this.#error ??= error
    })
  }

  async write(record: object): Promise<void> {
    const written = this.#send(jsonLine(record))
    this.#lastWrite = written.catch(() => undefined)
    await written
  }

  async close(): Promise<void> {
    await this.#lastWrite
    if (!this.#owned || this.#stream.closed) return
    try {
      await finished(this.#stream.end())
    } catch (error) {
      const failure = outputFailure(this.place, this.#error ?? error)
      if (failure.code !== 'OUTPUT_CLOSED') throw failure
    }
  }

  async abandon(): Promise<void> {
    if (this.#owned) this.#stream.destroy()
  }

  #send(line: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => reject(outputFailure(this.place, this.#error ?? error))
      if (this.#error !== undefined) return fail(this.#error)
      try {
        this.#stream.write(line, (error) => (error ? fail(error) : resolve()))
      } catch (error) {
        fail(error)
      }
    })
  }
}
