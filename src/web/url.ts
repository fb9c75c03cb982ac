import { withoutCredentials } from '../core/address.ts'
import { Failure } from '../core/failure.ts'

/** An address to request: http or https, without credentials and fragment. */
export interface PageAddress {
  readonly url: URL
  /** Value of the Authorization header that the credentials in the address stand for. */
  readonly authorization: string | undefined
}

/** @throws Failure `URL_INVALID`, `SCHEME_UNSUPPORTED` */
export function parseAddress(input: string): PageAddress {
  if (!URL.canParse(input)) {
    throw new Failure('URL_INVALID', `expected an absolute http or https URL, got "${forMessage(input)}"`)
  }
  const url = new URL(input)
  const authorization = basicAuthorization(url)
  return { url: requestable(url), authorization }
}

/** The URL as it may be requested: only http and https, stripped of credentials and fragment. Changes what it is given. */
export function requestable(url: URL): URL {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    const message = `cannot fetch "${forMessage(url.href)}": only http and https are supported, not ${url.protocol}`
    throw new Failure('SCHEME_UNSUPPORTED', message, { details: { scheme: url.protocol.slice(0, -1) } })
  }
  url.username = ''
  url.password = ''
  url.hash = ''
  return url
}

/** Longest part of an address that a message repeats. */
const maxShown = 200

/** An address as messages may show it: no credentials, not endless. */
export function forMessage(address: string): string {
  const shown = withoutCredentials(address)
  return shown.length > maxShown ? `${shown.slice(0, maxShown)}…` : shown
}

/** RFC 7617. */
function basicAuthorization(url: URL): string | undefined {
  if (url.username === '' && url.password === '') return undefined
  const pair = `${decoded(url.username)}:${decoded(url.password)}`
  return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
