import { lookup as systemLookup } from 'node:dns/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Agent } from 'undici'
import { Failure } from '../core/failure.ts'
import { parseRetryAfter } from '../core/retry-after.ts'
import { isPublicAddress } from './address.ts'
import type { BodyLimits } from './body.ts'
import { acceptedCodings } from './coding.ts'
import { createConnector } from './connector.ts'
import type { FetchedPage, WebClient, WebOptions } from './contract.ts'
import { type Answer, type BodyPlan, exchange } from './exchange.ts'
import { aborted, clientClosed, statusFailure } from './failures.ts'
import { type Head, headerOf } from './head.ts'
import { refuseUnreadable } from './media-type.ts'
import { isRedirect, redirectTarget } from './redirect.ts'
import { Robots } from './robots.ts'
import { forMessage, parseAddress } from './url.ts'
import { defaultUserAgent, productToken } from './user-agent.ts'

export type { FetchedPage, LookupAll, ResolvedAddress, WebClient, WebOptions } from './contract.ts'

/** A client with its own connections. Closing it fails what is still running with `RUNTIME_CLOSED` and leaves no socket open. */
export function createWebClient({ allowPrivate = false, ...options }: WebOptions = {}): WebClient {
  return createClientFor(allowPrivate ? () => true : isPublicAddress, options)
}

/** As `createWebClient`, with an idea of its own which IP addresses may be connected to. */
export function createClientFor(
  permits: (address: string) => boolean,
  options: Omit<WebOptions, 'allowPrivate'> = {},
): WebClient {
  return new UndiciWebClient(permits, options)
}

class UndiciWebClient implements WebClient {
  readonly #agent: Agent
  readonly #robots: Robots | undefined
  readonly #lifetime = new AbortController()
  readonly #headers: Readonly<Record<string, string>>
  readonly #pageLimits: BodyLimits
  readonly #maxRedirects: number
  readonly #connectTimeoutMs: number
  #closed: Promise<void> | undefined

  constructor(permits: (address: string) => boolean, options: Omit<WebOptions, 'allowPrivate'>) {
    const { userAgent = defaultUserAgent, connectTimeoutMs = 10_000 } = options
    this.#headers = { 'user-agent': userAgent, accept, 'accept-encoding': acceptedCodings }
    this.#pageLimits = { maxBytes: options.maxBytes ?? 10 * 1024 * 1024, overflow: 'fail' }
    this.#maxRedirects = options.maxRedirects ?? 10
    this.#connectTimeoutMs = connectTimeoutMs
    this.#agent = new Agent({
      allowH2: true,
      headersTimeout: options.headersTimeoutMs ?? 30_000,
      bodyTimeout: options.bodyTimeoutMs ?? 30_000,
      connect: createConnector({
        lookup: options.lookup ?? ((hostname) => systemLookup(hostname, { all: true })),
        permits,
        timeoutMs: connectTimeoutMs,
        signal: this.#lifetime.signal,
      }),
    })
    if (options.ignoreRobots) return
    this.#robots = new Robots({
      token: productToken(userAgent),
      limitMs: connectTimeoutMs + 10_000,
      get: (url, limits, signal) => this.#exchange(url, signal, (head) => (isSuccess(head) ? limits : 'discard')),
    })
  }

  async get(address: string, { signal }: { readonly signal?: AbortSignal } = {}): Promise<FetchedPage> {
    let { url, authorization } = parseAddress(address)
    for (let redirects = 0; ; redirects++) {
      const answer = await this.#request(url, authorization, signal)
      if (!isRedirect(answer)) return pageOf(url, answer)
      const target = redirectTarget(url, answer)
      if (redirects === this.#maxRedirects) throw tooManyRedirects(address, redirects)
      if (target.origin !== url.origin) authorization = undefined
      url = target
      // undici has the connection ready for another request one turn after the answer.
      await nextTurn()
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close(clientClosed())
    return this.#closed
  }

  async #close(reason: Failure): Promise<void> {
    const destroyed = this.#agent.destroy(reason)
    // Also ends the sockets that are still connecting, which the agent does not know yet.
    this.#lifetime.abort(reason)
    await destroyed
  }

  async #request(url: URL, authorization: string | undefined, signal: AbortSignal | undefined): Promise<Answer> {
    if (signal?.aborted) throw aborted(signal)
    if (this.#closed !== undefined) throw clientClosed()
    await this.#robots?.check(url, signal)
    return this.#exchange(url, signal, (head) => this.#planPage(url, head), authorization)
  }

  #exchange(url: URL, signal: AbortSignal | undefined, plan: BodyPlan, authorization?: string): Promise<Answer> {
    const headers = authorization === undefined ? this.#headers : { ...this.#headers, authorization }
    return exchange({ dispatcher: this.#agent, url, headers, connectTimeoutMs: this.#connectTimeoutMs, signal, plan })
  }

  #planPage(url: URL, head: Head): ReturnType<BodyPlan> {
    if (!isSuccess(head)) return 'discard'
    refuseUnreadable(headerOf(head, 'content-type'), url)
    return this.#pageLimits
  }
}

/** Text first, but nothing is turned down before it has been seen. */
const accept = 'text/html,application/xhtml+xml,text/markdown;q=0.9,text/plain;q=0.9,*/*;q=0.1'

function isSuccess({ status }: Head): boolean {
  return status >= 200 && status < 300
}

function pageOf(url: URL, answer: Answer): FetchedPage {
  const { status, bytes, transferredBytes } = answer
  if (!isSuccess(answer)) {
    throw statusFailure(url, status, parseRetryAfter(headerOf(answer, 'retry-after'), Date.now()))
  }
  const contentType = headerOf(answer, 'content-type')
  return { url: url.href, status, ...(contentType === undefined ? {} : { contentType }), bytes, transferredBytes }
}

function tooManyRedirects(address: string, maxRedirects: number): Failure {
  const message = `${forMessage(address)} redirects more than ${maxRedirects} times`
  return new Failure('REDIRECT_LIMIT', message, { details: { maxRedirects } })
}
