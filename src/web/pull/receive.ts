import type { Dispatcher } from 'undici'
import { Failure } from '../../core/failure.ts'
import { aborted, networkFailure, type Phase } from '../failures.ts'
import type { Head } from '../head.ts'

/** An answer whose body is read piece by piece. */
export interface Received extends Head, Disposable {
  readonly body: AsyncIterable<Uint8Array>
  /** Gives up what has not been read. */
  [Symbol.dispose](): void
}

export interface ReceiveOptions {
  readonly dispatcher: Dispatcher
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal | undefined
}

/**
 * One GET. Unlike a stream, the body gives all that arrived before the connection broke, and only then the failure: what a broken download
 * begins the next time with.
 *
 * @throws Failure a network failure, the signal's reason; while the body is read, too
 */
export function receive(options: ReceiveOptions): Promise<Received> {
  const { dispatcher, url, headers, signal } = options
  if (signal?.aborted) return Promise.reject(aborted(signal))
  const reception = new Reception(url, signal)
  dispatcher.dispatch({ origin: url.origin, path: url.pathname + url.search, method: 'GET', headers }, reception)
  return reception.received
}

/** The server is made to wait while so much is waiting to be read. */
const maxWaitingBytes = 1024 * 1024

class Reception implements Dispatcher.DispatchHandler {
  readonly #url: URL
  readonly #signal: AbortSignal | undefined
  readonly #head = Promise.withResolvers<Received>()
  #controller: Dispatcher.DispatchController | undefined
  #phase: Phase = 'connect'
  #pieces: Uint8Array[] = []
  #waitingBytes = 0
  #end: Failure | 'whole' | undefined
  #wake: () => void = () => {}

  constructor(url: URL, signal: AbortSignal | undefined) {
    this.#url = url
    this.#signal = signal
    signal?.addEventListener('abort', this.#onAbort)
  }

  get received(): Promise<Received> {
    return this.#head.promise
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    this.#phase = 'headers'
    if (this.#end !== undefined) controller.abort(new Error('given up'))
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Head['headers']): void {
    if (status < 200) return
    this.#phase = 'body'
    const body = this.#read()
    this.#head.resolve({ status, headers, body, [Symbol.dispose]: () => this.#finish(unread()) })
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#pieces.push(chunk)
    this.#waitingBytes += chunk.length
    if (this.#waitingBytes > maxWaitingBytes) controller.pause()
    this.#wake()
  }

  onResponseEnd(): void {
    this.#controller = undefined
    this.#finish('whole')
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#controller = undefined
    this.#finish(networkFailure(error, this.#url, this.#phase))
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const pieces = this.#pieces
      this.#pieces = []
      this.#waitingBytes = 0
      if (this.#controller?.paused) this.#controller.resume()
      yield* pieces
      if (this.#pieces.length > 0) continue
      if (this.#end === 'whole') return
      if (this.#end !== undefined) throw this.#end
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  readonly #onAbort = (): void => this.#finish(aborted(this.#signal))

  #finish(end: Failure | 'whole'): void {
    if (this.#end !== undefined) return
    this.#end = end
    this.#signal?.removeEventListener('abort', this.#onAbort)
    if (end !== 'whole') {
      this.#head.reject(end)
      this.#controller?.abort(end)
    }
    this.#wake()
  }
}

function unread(): Failure {
  return new Failure('CANCELLED', 'the rest of the answer is not wanted')
}
