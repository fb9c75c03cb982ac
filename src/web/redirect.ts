import { Failure } from '../core/failure.ts'
import { type Head, headerOf } from './head.ts'
import { forMessage, requestable } from './url.ts'

const redirects = new Set([301, 302, 303, 307, 308])

export function isRedirect({ status }: Head): boolean {
  return redirects.has(status)
}

/**
 * Where a redirect leads.
 *
 * @throws Failure `REDIRECT_LIMIT` when it names no usable address, `SCHEME_UNSUPPORTED`
 */
export function redirectTarget(from: URL, head: Head): URL {
  const location = headerOf(head, 'location')
  if (location === undefined || !URL.canParse(location, from.href)) {
    const got = location === undefined ? 'no Location header' : `the Location "${forMessage(location)}"`
    const message = `${forMessage(from.href)} redirects (${head.status}) without a usable address: ${got}`
    throw new Failure('REDIRECT_LIMIT', message, { details: { status: head.status } })
  }
  return requestable(new URL(location, from))
}
