import type { APIError } from '@anthropic-ai/sdk'
import { errorCodeOf, Failure, messageOf } from '../../src/core/failure.ts'
import type { FailureKind } from '../../src/core/provider.ts'
import { maxRetryAfterMs, parseRetryAfter } from '../../src/core/retry-after.ts'
import type { Secrets } from './secrets.ts'

/** The API said no: in the status of its answer, or in the middle of it, where only the type of the error tells. */
export function refused(error: APIError, secrets: Secrets): Failure {
  const type = error.type ?? undefined
  const status = error.status ?? statusOfType[type ?? ''] ?? 500
  const said = secrets.redact(error.apiMessage ?? error.message).slice(0, 500)
  const { code, kind, retryable, advice } = verdict(status, `${type} ${error.errorCode} ${error.apiMessage ?? ''}`)
  const retryAfterMs = retryable ? retryAfterOf(error.headers) : undefined
  const requestId = error.requestID
  const where = error.status === undefined ? 'in the middle of the answer' : `${status}`
  return new Failure(
    code,
    `the Claude API refused (${where}): ${advice === '' ? said : said.replace(/\.$/, '')}${advice}`,
    {
      kind,
      retryable,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      details: {
        status,
        ...(type === undefined ? {} : { type: secrets.redact(type) }),
        ...(error.errorCode === null ? {} : { errorCode: secrets.redact(error.errorCode) }),
        ...(typeof requestId === 'string' ? { requestId: secrets.redact(requestId) } : {}),
      },
    },
  )
}

/** The API said no to one request of a batch: only the type of the error tells what it is about. */
export function refusedInBatch(type: unknown, message: unknown, secrets: Secrets): Failure {
  const kindOf = typeof type === 'string' ? type : 'api_error'
  const said = secrets.redact(typeof message === 'string' ? message : kindOf).slice(0, 500)
  const { code, kind, retryable, advice } = verdict(statusOfType[kindOf] ?? 500, `${kindOf} ${said}`)
  return new Failure(code, `the Claude API refused (in a batch): ${said.replace(/\.$/, '')}${advice}`, {
    kind,
    retryable,
    details: { type: secrets.redact(kindOf) },
  })
}

/** No connection, or one that broke: before an answer came, or in the middle of it. */
export function disconnected(error: unknown, host: string, secrets: Secrets): Failure {
  const reasons = chain(error)
  const code = reasons.map(errorCodeOf).find((code) => code !== undefined)
  const why = secrets.redact(messageOf(reasons.at(-1)))
  const details = code === undefined ? {} : { details: { error: code } }
  const name = error instanceof Error ? error.constructor.name : ''
  // The SDK says so of a connection that took too long to open, and keeps no cause: nothing else is limited.
  const isLate = name === 'APIConnectionTimeoutError'
  // What fetch refuses by itself, a port that is not for HTTP, say, has no code and got no answer.
  const isUnsent = name === 'APIConnectionError' && code === undefined
  if (isLate || isUnsent || isConnect(code)) {
    const retryable = isLate || transient.has(code ?? '')
    return new Failure('CONNECT_FAILED', `no connection to ${host}: ${why}`, {
      kind: 'connection',
      retryable,
      ...details,
    })
  }
  return new Failure('CONNECTION_LOST', `the connection to ${host} was lost before the whole answer had come: ${why}`, {
    kind: 'connection',
    retryable: true,
    ...details,
  })
}

/** The answer ended, and its end was not there. */
export function cutOff(host: string, requestId: string | undefined): Failure {
  return new Failure('CONNECTION_LOST', `the answer of ${host} ended before it was complete`, {
    kind: 'connection',
    retryable: true,
    ...(requestId === undefined ? {} : { details: { requestId } }),
  })
}

interface Verdict {
  readonly code: string
  readonly kind: FailureKind
  readonly retryable: boolean
  /** What to do, after what the API said. */
  readonly advice: string
}

/**
 * A spending cap looks like anything: 402 `billing_error`, 400 `invalid_request_error` ("credit balance is too low", "reached your
 * specified API usage limits"), 429 `rate_limit_error` with the code `enforced_spend_limit_reached` or none ("monthly spend limit"). So what
 * it says decides, and not whether a 429 comes without retry-after: those that say nothing of money are rates.
 */
function verdict(status: number, words: string): Verdict {
  if (status === 402 || (status < 500 && money.test(words))) {
    const advice = '. Raise the limit or buy credit in the console of the account'
    return { code: 'SPENDING_CAP', kind: 'spending-cap', retryable: false, advice }
  }
  if (status === 429) return { code: 'RATE_LIMITED', kind: 'rate', retryable: true, advice: '' }
  if (status === 401 || status === 403 || /organization_on_hold/.test(words)) {
    const advice = '. Check the key: ANTHROPIC_API_KEY, or anthropic({ apiKey })'
    return { code: 'AUTH_FAILED', kind: 'auth', retryable: false, advice }
  }
  if (status >= 500 || status === 408 || status === 409 || status === 425) {
    return { code: 'OVERLOADED', kind: 'overload', retryable: true, advice: '' }
  }
  const advice = status < 400 ? '. It is redirected: give the address it leads to as baseURL' : ''
  return { code: 'REQUEST_REFUSED', kind: 'input', retryable: false, advice }
}

const money = /spend(ing)?[ _](limit|cap)|credit balance|credits are required|usage limits?\b|billing/i

const statusOfType: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  conflict_error: 409,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
}

function retryAfterOf(headers: Headers | undefined): number | undefined {
  const ms = headers?.get('retry-after-ms')?.trim() ?? ''
  if (/^\d+$/.test(ms)) return Math.min(Number(ms), maxRetryAfterMs)
  return parseRetryAfter(headers?.get('retry-after') ?? undefined, Date.now())
}

/** An error and what caused it, outermost first. */
function chain(error: unknown): unknown[] {
  const found: unknown[] = []
  for (let at = error; at !== undefined && at !== null && found.length < 8; at = (at as { cause?: unknown }).cause) {
    found.push(at)
  }
  return found
}

function isConnect(code: string | undefined): boolean {
  return (
    code !== undefined &&
    (transient.has(code) || /^(ENOTFOUND|ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_)/.test(code))
  )
}

/** What kept a connection from being made, and may be gone the next time. */
const transient = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ETIMEDOUT',
  'EADDRNOTAVAIL',
  'EMFILE',
  'ENFILE',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
])
