/** Longest wait that a server is granted, in milliseconds: a day. */
export const maxRetryAfterMs = 86_400_000

/**
 * The wait that a Retry-After header asks for, in milliseconds from `now` (a Unix time in milliseconds), at most a day.
 * Undefined for what is neither a whole number of seconds nor an HTTP date (RFC 9110, 10.2.3, all three formats).
 */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  const value = header?.trim() ?? ''
  if (/^\d+$/.test(value)) return Math.min(Number(value) * 1000, maxRetryAfterMs)
  if (!/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .*\d\d:\d\d:\d\d/.test(value)) return undefined
  // The oldest of the formats names no zone and means GMT as the others do.
  const at = Date.parse(value.endsWith(' GMT') ? value : `${value} GMT`)
  return Number.isNaN(at) ? undefined : Math.min(Math.max(at - now, 0), maxRetryAfterMs)
}
