import type { Writable } from 'node:stream'
import { jsonLine } from './json-line.ts'
import type { Sink } from './sink.ts'
import { TextStream } from './text-stream.ts'

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
  readonly #stream: TextStream
  readonly #owned: boolean
  #lastWrite: Promise<void> = Promise.resolve()

  constructor(stream: Writable, { place, owned }: StreamSinkOptions) {
    this.place = place
    this.#stream = new TextStream(stream, place)
    this.#owned = owned
  }

  async write(record: object): Promise<void> {
    const written = this.#stream.send(jsonLine(record))
    this.#lastWrite = written.catch(() => undefined)
    await written
  }

  async close(): Promise<void> {
    await this.#lastWrite
    if (this.#owned) await this.#stream.finish()
  }

  async abandon(): Promise<void> {
    if (this.#owned) this.#stream.destroy()
  }
}
