/** Version in package.json; a test holds the two together, so that no file has to be read at run time. */
export const version = '0.1.0'

export const defaultUserAgent: string = `weft/${version}`

/** The product token of a User-Agent header, in lower case: what a robots.txt calls us by (RFC 9309, 2.2.1). */
export function productToken(userAgent: string): string {
  return /^[a-z_-]+/i.exec(userAgent)?.[0].toLowerCase() ?? ''
}
