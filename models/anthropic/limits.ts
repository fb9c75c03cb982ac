import type { ProviderLimits, RateWindow } from '../../src/core/provider.ts'

/**
 * The rate limits that an answer states in `anthropic-ratelimit-{requests,input-tokens,output-tokens}-{limit,remaining,reset}`; where there
 * is no window for input tokens, that of `tokens`. A reset is a moment (RFC 3339), read by the clock of the server where it says its time.
 *
 * @param now Unix time in milliseconds
 * @returns undefined when it states none
 */
export function limitsOf(headers: Headers, now: number): ProviderLimits | undefined {
  const serverNow = Date.parse(headers.get('date') ?? '')
  const base = Number.isNaN(serverNow) ? now : serverNow
  const requests = windowOf(headers, 'requests', base)
  const inputTokens = windowOf(headers, 'input-tokens', base) ?? windowOf(headers, 'tokens', base)
  const outputTokens = windowOf(headers, 'output-tokens', base)
  if (requests === undefined && inputTokens === undefined && outputTokens === undefined) return undefined
  return {
    ...(requests === undefined ? {} : { requests }),
    ...(inputTokens === undefined ? {} : { inputTokens }),
    ...(outputTokens === undefined ? {} : { outputTokens }),
  }
}

function windowOf(headers: Headers, name: string, now: number): RateWindow | undefined {
  const limit = numberIn(headers, `anthropic-ratelimit-${name}-limit`)
  const remaining = numberIn(headers, `anthropic-ratelimit-${name}-remaining`)
  const reset = Date.parse(headers.get(`anthropic-ratelimit-${name}-reset`) ?? '')
  if (limit === undefined || limit === 0 || remaining === undefined || Number.isNaN(reset)) return undefined
  return { limit, remaining, resetMs: Math.max(0, reset - now) }
}

function numberIn(headers: Headers, name: string): number | undefined {
  const text = headers.get(name)?.trim() ?? ''
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
