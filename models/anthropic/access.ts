import { Failure } from '../../src/core/failure.ts'

/** How to get to the API: what must not be shown. */
export interface Access {
  readonly apiKey?: string | undefined
  readonly baseURL?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/**
 * Refuses what cannot be used. By hand, for the messages of a schema quote what they got.
 *
 * @throws Failure `INVALID_OPTION`
 */
export function checkAccess({ apiKey, baseURL, headers }: { readonly [name in keyof Access]?: unknown }): void {
  if (apiKey !== undefined && !(typeof apiKey === 'string' && /^[\x21-\x7e]+$/.test(apiKey))) {
    throw invalid('option apiKey: expected a key: text of printable ASCII without spaces')
  }
  if (baseURL !== undefined) checkAddress(baseURL, 'option baseURL')
  if (headers === undefined) return
  const entries = typeof headers === 'object' && headers !== null ? Object.entries(headers) : [['', undefined]]
  for (const [name, value] of entries) {
    if (/^[\w-]+$/.test(String(name)) && typeof value === 'string' && /^[\x20-\x7e]*$/.test(value)) continue
    throw invalid(`option headers: expected names of headers with their values, of printable ASCII; see ${name}`)
  }
}

/**
 * What the caller said, completed by the environment as it is now.
 *
 * @throws Failure `AUTH_FAILED` when there is no key, `INVALID_OPTION`
 */
export function accessOf(access: Access): {
  apiKey: string
  baseURL: string | undefined
  headers: Record<string, string>
} {
  const apiKey = access.apiKey ?? process.env.ANTHROPIC_API_KEY?.trim()
  if (apiKey === undefined || apiKey === '') {
    throw new Failure(
      'AUTH_FAILED',
      'there is no key for the Claude API: set ANTHROPIC_API_KEY, or give anthropic({ apiKey })',
      { kind: 'auth' },
    )
  }
  const baseURL = access.baseURL ?? (process.env.ANTHROPIC_BASE_URL?.trim() || undefined)
  checkAccess({ apiKey, baseURL })
  return { apiKey, baseURL, headers: { ...access.headers } }
}

function checkAddress(address: unknown, what: string): void {
  const url = typeof address === 'string' && URL.canParse(address) ? new URL(address) : undefined
  const isPlain = url !== undefined && `${url.username}${url.password}${url.search}${url.hash}` === ''
  if (isPlain && /^https?:$/.test(url.protocol)) return
  throw invalid(`${what}: expected the address of an API, http or https, without a user, a query or a fragment`)
}

function invalid(message: string): Failure {
  return new Failure('INVALID_OPTION', `anthropic: ${message}`)
}
