/** Makes the addresses of a page absolute. */
export interface LinkResolver {
  /** The absolute form of the target of a link; undefined for one that leads nowhere or runs something. */
  link(address: string | undefined): string | undefined
  /** The same for an image or another embedded thing. */
  source(address: string | undefined): string | undefined
}

/**
 * Resolves against the address of the page and its `<base href>`, as the HTML Standard does. Only schemes that lead somewhere
 * pass: no `javascript:`, no `data:`; `file:` only on pages that are files themselves.
 */
export function linkResolver(pageUrl: string, baseHref: string): LinkResolver {
  const base = URL.parse(baseHref, pageUrl) ?? URL.parse(pageUrl)
  const isFile = pageUrl.startsWith('file:')
  const resolve = (address: string | undefined, schemes: ReadonlySet<string>): string | undefined => {
    const trimmed = address?.trim()
    if (!trimmed || trimmed.length > maxAddress) return undefined
    const url = base === null ? URL.parse(trimmed) : URL.parse(trimmed, base.href)
    if (url === null) return undefined
    return schemes.has(url.protocol) || (isFile && url.protocol === 'file:') ? url.href : undefined
  }
  return { link: (address) => resolve(address, linkSchemes), source: (address) => resolve(address, sourceSchemes) }
}

const sourceSchemes = new Set(['http:', 'https:'])
const linkSchemes = new Set([...sourceSchemes, 'mailto:', 'tel:', 'ftp:', 'magnet:'])

/** Longest address that is kept, in UTF-16 units: longer ones carry data, not a place. */
const maxAddress = 8192
