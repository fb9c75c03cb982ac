import { version } from '../core/version.ts'

export const defaultUserAgent: string = `weft/${version}`

/** The product token of a User-Agent header, in lower case: what a robots.txt calls us by (RFC 9309, 2.2.1). */
export function productToken(userAgent: string): string {
  return /^[a-z_-]+/i.exec(userAgent)?.[0].toLowerCase() ?? ''
}
