import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { outputFailure } from './output-failure.ts'

/** Texts into a stream, each handed over before the next: awaiting it is the back-pressure. */
export class TextStream {
  readonly place: string
  readonly #stream: Writable
  /** The first error, which says more than the ERR_STREAM_DESTROYED of the writes after it. */
  #error: Error | undefined

  /** @param place how the stream is called in messages */
  constructor(stream: Writable, place: string) {
    this.place = place
    this.#stream = stream
    // Stays for good: an EPIPE may be reported after the last write, and unheard it would end the process.
    stream.on('error', (error) => {
      this.#error ??= error
    })
  }

  /** @throws Failure `OUTPUT_CLOSED` when the reader has gone away, as `head` does; `OUTPUT_FAILED` */
  send(text: string | Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => reject(outputFailure(this.place, this.#error ?? error))
      if (this.#error !== undefined) return fail(this.#error)
      try {
        this.#stream.write(text, (error) => (error ? fail(error) : resolve()))
      } catch (error) {
        fail(error)
      }
    })
  }

  /** Ends the stream, once all is written. That its reader has gone is no failure any more. @throws Failure `OUTPUT_FAILED` */
  async finish(): Promise<void> {
    if (this.#stream.closed) return
    try {
      await finished(this.#stream.end())
    } catch (error) {
      const failure = outputFailure(this.place, this.#error ?? error)
      if (failure.code !== 'OUTPUT_CLOSED') throw failure
    }
  }

  destroy(): void {
    this.#stream.destroy()
  }
}
