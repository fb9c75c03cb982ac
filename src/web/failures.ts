import { STATUS_CODES } from 'node:http'
import { errorCodeOf, Failure, messageOf } from '../core/failure.ts'
import { forMessage } from './url.ts'

/** What an exchange was busy with when it failed. */
export type Phase = 'connect' | 'headers' | 'body'

/** An error of undici, node:net, node:tls or node:http2 in our words. A Failure that passed through them stays itself. */
export function networkFailure(error: unknown, url: URL, phase: Phase): Failure {
  if (Failure.is(error)) return error
  const code = errorCodeOf(error) ?? ''
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED') return clientClosed()
  const limit = timeLimits[code]
  if (limit !== undefined) return timedOut(url, limit, error)
  const where = forMessage(url.href)
  const why = reasonOf(error)
  if (phase === 'connect') {
    const retryable = transient.has(code)
    return new Failure('CONNECT_FAILED', `no connection to ${url.host} for ${where}: ${why}`, {
      retryable,
      cause: error,
    })
  }
  // What is not HTTP now will not be HTTP the next time.
  const retryable = !isMalformed(error) && code !== 'UND_ERR_HEADERS_OVERFLOW'
  const when = phase === 'headers' ? 'before an answer came' : 'before the whole body had arrived'
  return new Failure('CONNECTION_LOST', `the connection for ${where} was lost ${when}: ${why}`, {
    retryable,
    cause: error,
  })
}

export function timedOut(url: URL, phase: Phase, cause?: unknown): Failure {
  const message = `${forMessage(url.href)} took too long: ${slow[phase]}`
  return new Failure('NETWORK_TIMEOUT', message, { retryable: true, details: { phase }, cause })
}

export function dnsFailure(hostname: string, cause: unknown): Failure {
  const retryable = transientDns.has(errorCodeOf(cause) ?? '')
  return new Failure('DNS_FAILED', `the name ${hostname} does not resolve: ${reasonOf(cause)}`, { retryable, cause })
}

export function addressRefused(host: string, address: string): Failure {
  const leads = host === address ? '' : ` resolves to ${address}, which`
  const message = `${host}${leads} is not a public address: refused unless private addresses are allowed (--allow-private, allowPrivate)`
  return new Failure('ADDRESS_REFUSED', message, { details: { host, address } })
}

export function statusFailure(url: URL, status: number, retryAfterMs: number | undefined): Failure {
  const message = `${forMessage(url.href)} answered ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd()
  const retryable = retryableStatus.has(status)
  return new Failure('HTTP_STATUS', message, {
    retryable,
    details: { status },
    ...(retryable && retryAfterMs !== undefined ? { retryAfterMs } : {}),
  })
}

export function bodyTooLarge(url: URL, maxBytes: number, how: string): Failure {
  const message = `the body of ${forMessage(url.href)} is larger than ${maxBytes} bytes ${how}`
  return new Failure('BODY_TOO_LARGE', message, { details: { maxBytes } })
}

export function bodyInvalid(url: URL, coding: string, why: string, cause?: unknown): Failure {
  const message = `the body of ${forMessage(url.href)} cannot be decoded as ${coding}: ${why}`
  return new Failure('BODY_INVALID', message, { details: { coding }, cause })
}

/** Why a signal was aborted: its reason if that is a Failure already. */
export function aborted(signal: AbortSignal | undefined): Failure {
  const reason: unknown = signal?.reason
  return Failure.is(reason)
    ? reason
    : new Failure('CANCELLED', `the request was cancelled: ${reasonOf(reason)}`, { cause: reason })
}

export function clientClosed(): Failure {
  return new Failure('RUNTIME_CLOSED', 'the web client was closed')
}

const timeLimits: Readonly<Record<string, Phase>> = {
  UND_ERR_CONNECT_TIMEOUT: 'connect',
  UND_ERR_HEADERS_TIMEOUT: 'headers',
  UND_ERR_BODY_TIMEOUT: 'body',
}

const slow: Readonly<Record<Phase, string>> = {
  connect: 'no connection within connectTimeoutMs',
  headers: 'no answer within headersTimeoutMs',
  body: 'the body paused for longer than bodyTimeoutMs',
}

/** Connect errors that may pass by themselves. Everything else (a certificate, a TLS version) will not. */
const transient = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ETIMEDOUT',
  'EPIPE',
  'EADDRNOTAVAIL',
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'UND_ERR_SOCKET',
  'UND_ERR_INFO',
])

const transientDns = new Set(['EAI_AGAIN', 'ESERVFAIL', 'ETIMEOUT', 'EMFILE', 'ENFILE'])

const retryableStatus = new Set([408, 425, 429, 500, 502, 503, 504])

/** A parser error with nothing left to parse is no malformed answer, but one that ended early. */
function isMalformed(error: unknown): boolean {
  return error instanceof Error && error.name === 'HTTPParserError' && 'data' in error && error.data !== ''
}

function reasonOf(error: unknown): string {
  // Several addresses tried in vain come as an AggregateError without a message of its own.
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ')
  return messageOf(error)
}
