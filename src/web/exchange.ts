import type { Dispatcher } from 'undici'
import { Failure } from '../core/failure.ts'
import { type Body, BodyCollector, type BodyLimits } from './body.ts'
import { parseCoding } from './coding.ts'
import { aborted, bodyTooLarge, networkFailure, type Phase, timedOut } from './failures.ts'
import { type Head, headerOf } from './head.ts'

export interface Answer extends Head, Body {}

export interface ExchangeOptions {
  readonly dispatcher: Dispatcher
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly connectTimeoutMs: number
  readonly signal?: AbortSignal | undefined
  readonly plan: BodyPlan
}

/** Decides what becomes of the body once the head is there; throws a Failure to refuse it unread. */
export type BodyPlan = (head: Head) => BodyLimits | 'discard'

/**
 * One GET and its answer; redirects and statuses are the caller's. With a discarded body the answer is there at once.
 *
 * @throws Failure a network failure, `BODY_TOO_LARGE`, `BODY_INVALID`, what `plan` throws, the signal's reason
 */
export function exchange(options: ExchangeOptions): Promise<Answer> {
  const { dispatcher, url, headers, signal } = options
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(aborted(signal))
    const request = { origin: url.origin, path: url.pathname + url.search, method: 'GET', headers } as const
    dispatcher.dispatch(request, new Exchange(options, resolve, reject))
  })
}

/** A discarded body is read to its end within these, to keep the connection; beyond them the connection is given up. */
const maxDiscardedBytes = 64 * 1024
const maxDiscardMs = 1_000

/** Receives one answer from undici, chunk by chunk, without a stream in between. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #options: ExchangeOptions
  readonly #resolve: (answer: Answer) => void
  readonly #reject: (failure: Failure) => void
  #controller: Dispatcher.DispatchController | undefined
  #phase: Phase = 'connect'
  #timer: NodeJS.Timeout | undefined
  #body: BodyCollector | undefined
  #discardedBytes = 0
  #settled = false
  /** Why the connection is given up, set when there was none yet to tell. */
  #abandoned: Failure | undefined

  constructor(options: ExchangeOptions, resolve: (answer: Answer) => void, reject: (failure: Failure) => void) {
    this.#options = options
    this.#resolve = resolve
    this.#reject = reject
    options.signal?.addEventListener('abort', this.#onAbort)
    // undici limits each connection attempt; this also covers the wait for another request's attempt.
    this.#timer = setTimeout(() => this.#fail(timedOut(options.url, 'connect')), options.connectTimeoutMs)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    clearTimeout(this.#timer)
    this.#phase = 'headers'
    if (this.#abandoned !== undefined) controller.abort(this.#abandoned)
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Head['headers']): void {
    if (status < 200 || this.#settled) return
    this.#phase = 'body'
    try {
      this.#start({ status, headers })
    } catch (failure) {
      this.#fail(Failure.from(failure))
    }
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#body !== undefined) {
      if (!this.#body.write(chunk)) controller.pause()
      return
    }
    this.#discardedBytes += chunk.length
    if (this.#discardedBytes > maxDiscardedBytes) this.#abandon(tooMuch(this.#options.url))
  }

  onResponseEnd(): void {
    clearTimeout(this.#timer)
    this.#controller = undefined
    this.#body?.end()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    clearTimeout(this.#timer)
    this.#controller = undefined
    this.#fail(networkFailure(error, this.#options.url, this.#phase))
  }

  #start(head: Head): void {
    const { url, plan } = this.#options
    const limits = plan(head)
    if (limits === 'discard') {
      // Unlike the body's own limit this one cannot be dripped past.
      this.#timer = setTimeout(() => this.#abandon(tooMuch(url)), maxDiscardMs).unref()
      this.#succeed({ ...head, bytes: new Uint8Array(), transferredBytes: 0 })
      return
    }
    const expectedBytes = contentLengthOf(head)
    if (limits.overflow === 'fail' && (expectedBytes ?? 0) > limits.maxBytes) {
      throw bodyTooLarge(url, limits.maxBytes, 'by its Content-Length')
    }
    const coding = parseCoding(String(head.headers['content-encoding'] ?? ''), url)
    this.#body = new BodyCollector(url, coding, expectedBytes, limits, {
      done: (body) => this.#succeed({ ...head, ...body }),
      failed: (failure) => this.#fail(failure),
      drained: () => this.#controller?.resume(),
    })
  }

  readonly #onAbort = (): void => this.#fail(aborted(this.#options.signal))

  #succeed(answer: Answer): void {
    if (this.#settled) return
    this.#settle()
    this.#resolve(answer)
    // The rest of a body that was cut at its limit is still coming in.
    if (this.#body !== undefined && this.#controller !== undefined) this.#abandon(tooMuch(this.#options.url))
  }

  #fail(failure: Failure): void {
    if (this.#settled) return
    clearTimeout(this.#timer)
    this.#settle()
    this.#body?.stop()
    this.#reject(failure)
    this.#abandon(failure)
  }

  #settle(): void {
    this.#settled = true
    this.#options.signal?.removeEventListener('abort', this.#onAbort)
  }

  /** Ends the request on the wire: resets the stream in HTTP/2, destroys the socket in HTTP/1. */
  #abandon(reason: Failure): void {
    this.#abandoned = reason
    this.#controller?.abort(reason)
  }
}

function contentLengthOf(head: Head): number | undefined {
  const length = Number(headerOf(head, 'content-length') ?? Number.NaN)
  return Number.isSafeInteger(length) && length >= 0 ? length : undefined
}

function tooMuch(url: URL): Failure {
  return bodyTooLarge(url, maxDiscardedBytes, 'and is not needed')
}
