import { lookup as systemLookup } from 'node:dns/promises'
import { Agent } from 'undici'
import { withoutCredentials } from '../../core/address.ts'
import { Failure } from '../../core/failure.ts'
import { parseRetryAfter } from '../../core/retry-after.ts'
import { createConnector } from '../connector.ts'
import { statusFailure } from '../failures.ts'
import { headerOf } from '../head.ts'
import { isRedirect, redirectTarget } from '../redirect.ts'
import { forMessage, parseAddress } from '../url.ts'
import { defaultUserAgent } from '../user-agent.ts'
import type { PartRecord } from './part-file.ts'
import { beginsAt, type Held, linkedBytes, linkedSha256, rangeHeaders, strongEtag, totalBytes } from './ranges.ts'
import { type Received, receive } from './receive.ts'

/** A file as a server sends it. */
export interface WeightsAnswer extends Disposable {
  /** Where in the file `body` begins: 0, or as far as it is already here. */
  readonly from: number
  readonly record: PartRecord
  readonly body: AsyncIterable<Uint8Array>
}

const maxRedirects = 10
/** For the connection, for the headers, and between two pieces of the body, in milliseconds. */
const connectTimeoutMs = 15_000
const silenceMs = 30_000

/** Where weights come from: large files over HTTP, from where a part of them ends, through redirects. */
export class WeightsSource implements AsyncDisposable {
  readonly #lifetime = new AbortController()
  readonly #agent: Agent

  /** @param permits whether an IP address may be connected to */
  constructor(permits: (address: string) => boolean) {
    const connect = createConnector({
      lookup: (hostname) => systemLookup(hostname, { all: true }),
      permits,
      timeoutMs: connectTimeoutMs,
      signal: this.#lifetime.signal,
      // One stream of gigabytes gains nothing from HTTP/2, and is slowed by its windows.
      http2: false,
    })
    this.#agent = new Agent({
      headersTimeout: silenceMs,
      bodyTimeout: silenceMs,
      connect,
    })
  }

  /**
   * Asks for what is not here yet. The address guard holds for every redirect.
   *
   * @throws Failure as of a `WebClient`, but for robots.txt: that one is for those who wander, and this file was asked for by name
   */
  async open(address: string, held: Held, signal: AbortSignal | undefined): Promise<WeightsAnswer> {
    let { url, authorization } = parseAddress(address)
    let sha256: string | undefined
    let bytes: number | undefined
    for (let redirects = 0; ; redirects += 1) {
      const headers = {
        'user-agent': defaultUserAgent,
        'accept-encoding': 'identity',
        ...rangeHeaders(held, sha256),
        ...(authorization === undefined ? {} : { authorization }),
      }
      const received = await receive({ dispatcher: this.#agent, url, headers, signal })
      // Hugging Face says them beside the redirect to where the file lies: what comes from there has an ETag of its own.
      sha256 ??= linkedSha256(received)
      bytes ??= linkedBytes(received)
      if (!isRedirect(received)) {
        // What is here ends beyond the file, so it is of another one.
        const isTooLong = received.status === 416 && held.bytes > 0
        if (!isTooLong) return answerOf(received, url, held, { address, sha256, bytes })
        received[Symbol.dispose]()
        return this.open(address, { ...held, bytes: 0 }, signal)
      }
      received[Symbol.dispose]()
      const target = redirectTarget(url, received)
      if (redirects === maxRedirects) {
        throw new Failure('REDIRECT_LIMIT', `${forMessage(address)} redirects more than ${redirects} times`)
      }
      if (target.origin !== url.origin) authorization = undefined
      url = target
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const destroyed = this.#agent.destroy()
    this.#lifetime.abort(new Failure('RUNTIME_CLOSED', 'the download has ended'))
    await destroyed
  }
}

/** What was said on the way to the file. */
interface Said {
  readonly address: string
  readonly sha256: string | undefined
  readonly bytes: number | undefined
}

function answerOf(received: Received, url: URL, held: Held, said: Said): WeightsAnswer {
  try {
    refuseUnusable(received, url)
    return {
      from: beginsAt(received, held, url),
      record: {
        address: withoutCredentials(said.address),
        etag: strongEtag(received),
        sha256: said.sha256 ?? null,
        bytes: totalBytes(received) ?? said.bytes ?? null,
      },
      body: received.body,
      [Symbol.dispose]: () => received[Symbol.dispose](),
    }
  } catch (failure) {
    received[Symbol.dispose]()
    throw failure
  }
}

function refuseUnusable(received: Received, url: URL): void {
  const { status } = received
  if (status !== 200 && status !== 206) {
    throw statusFailure(url, status, parseRetryAfter(headerOf(received, 'retry-after'), Date.now()))
  }
  const coding = headerOf(received, 'content-encoding') ?? 'identity'
  if (coding !== 'identity') {
    throw new Failure('BODY_INVALID', `${forMessage(url.href)} comes as ${coding}: expected the file as it is`)
  }
}
