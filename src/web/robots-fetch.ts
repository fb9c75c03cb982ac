import { setImmediate as nextTurn } from 'node:timers/promises'
import { Failure } from '../core/failure.ts'
import { parseRetryAfter } from '../core/retry-after.ts'
import type { BodyLimits } from './body.ts'
import type { Answer } from './exchange.ts'
import { headerOf } from './head.ts'
import { isRedirect, redirectTarget } from './redirect.ts'
import { parseRobots, type RobotsRules } from './robots-rules.ts'

export interface RobotsRequest {
  /** Product token that the rules are read for, in lower case. */
  readonly token: string
  /** One request, redirects not followed. The body of a 2xx is collected within the limits, any other discarded. */
  readonly get: (url: URL, limits: BodyLimits, signal: AbortSignal) => Promise<Answer>
  /** Time limit of the whole fetch, redirects included. */
  readonly limitMs: number
}

/** RFC 9309, 2.5: at least this much has to be read. */
const limits: BodyLimits = { maxBytes: 500 * 1024, overflow: 'cut' }
const maxRedirects = 5

/**
 * Fetches the robots.txt of an origin as RFC 9309, 2.3.1 says: one that is not there (4xx, too many redirects) allows everything,
 * one that cannot be had now (5xx, a broken connection) allows nothing for now.
 *
 * @throws Failure `ROBOTS_UNAVAILABLE`; the connection's own failure when the origin itself cannot be reached; the signal's reason
 */
export async function fetchRobots(origin: string, request: RobotsRequest, signal: AbortSignal): Promise<RobotsRules> {
  const robotsUrl = new URL('/robots.txt', origin)
  const limited = new AbortController()
  const stop = () => limited.abort(signal.reason)
  const timer = setTimeout(() => {
    limited.abort(unavailable(robotsUrl, `no answer within ${request.limitMs} ms`, { retryable: true }))
  }, request.limitMs)
  signal.addEventListener('abort', stop)
  try {
    return await follow(robotsUrl, request, limited.signal)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}

async function follow(first: URL, request: RobotsRequest, signal: AbortSignal): Promise<RobotsRules> {
  let url = first
  for (let redirects = 0; redirects <= maxRedirects; redirects++) {
    const answer = await request.get(url, limits, signal).catch((thrown: unknown) => {
      throw asRobotsFailure(Failure.from(thrown), url, url.origin === first.origin)
    })
    // undici has the connection ready for another request, to the next address or to the page, one turn later.
    await nextTurn()
    if (!isRedirect(answer)) return rulesOf(answer, url, request.token)
    const target = usableTarget(url, answer)
    if (target === undefined) break
    url = target
  }
  return everythingAllowed
}

function rulesOf(answer: Answer, url: URL, token: string): RobotsRules {
  const { status, bytes } = answer
  if (status >= 500) {
    const retryAfterMs = parseRetryAfter(headerOf(answer, 'retry-after'), Date.now())
    throw unavailable(url, `status ${status}`, {
      retryable: true,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    })
  }
  if (status < 200 || status >= 300) return everythingAllowed
  return parseRobots(new TextDecoder().decode(bytes), token)
}

function usableTarget(url: URL, answer: Answer): URL | undefined {
  try {
    return redirectTarget(url, answer)
  } catch {
    return undefined
  }
}

/** A host that cannot be reached says so itself: more clearly than by its robots.txt. */
function asRobotsFailure(failure: Failure, url: URL, ownOrigin: boolean): Failure {
  const { code, details, message, retryable } = failure
  if (settled.has(code)) return failure
  if (ownOrigin && (unreachable.has(code) || (code === 'NETWORK_TIMEOUT' && details?.phase === 'connect')))
    return failure
  return unavailable(url, message, { retryable, cause: failure })
}

const unreachable = new Set(['DNS_FAILED', 'CONNECT_FAILED', 'ADDRESS_REFUSED'])

/** Not about the network: our own time limit, or nobody wants to know any more. */
const settled = new Set(['ROBOTS_UNAVAILABLE', 'CANCELLED', 'RUNTIME_CLOSED'])

function unavailable(
  url: URL,
  why: string,
  options: { retryable: boolean; retryAfterMs?: number; cause?: Failure },
): Failure {
  const message = `${url.href} cannot be read now, so nothing of ${url.host} may be fetched: ${why}`
  return new Failure('ROBOTS_UNAVAILABLE', message, options)
}

const everythingAllowed: RobotsRules = { allows: () => true, size: 0 }
