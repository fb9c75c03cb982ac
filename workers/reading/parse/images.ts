/**
 * The address of an image, from the attributes that pages keep it in: lazy loading puts it in `data-src` and its like and a
 * placeholder in `src`. Undefined for an image without an address of its own, and for one that is no content: a tracking pixel.
 */
export function imageAddress(attributes: ReadonlyMap<string, string>): string | undefined {
  if (isPixel(attributes.get('width')) && isPixel(attributes.get('height'))) return undefined
  const source = attributes.get('src')
  if (isAddress(source) && !placeholder.test(source)) return source
  const lazy = lazyAttributes.map((name) => attributes.get(name)).find(isAddress)
  return (
    lazy ??
    largestCandidate(attributes.get('data-srcset') ?? attributes.get('data-lazy-srcset') ?? attributes.get('srcset')) ??
    (isAddress(source) ? source : undefined)
  )
}

/** The largest of the candidates of a `srcset` (HTML Standard: a URL, then a width `640w` or a density `2x`). */
function largestCandidate(srcset: string | undefined): string | undefined {
  if (srcset === undefined || srcset.length > maxSrcset) return undefined
  let largest: { readonly address: string; readonly size: number } | undefined
  for (const candidate of candidatesOf(srcset)) {
    if (isAddress(candidate.address) && (largest === undefined || candidate.size > largest.size)) largest = candidate
  }
  return largest?.address
}

function* candidatesOf(srcset: string): Generator<{ address: string; size: number }> {
  let address = ''
  // A comma may stand inside an address; between candidates it follows a descriptor or ends a word.
  for (const part of srcset.replace(/ ([\d.]+[wx]),(?=\S)/g, ' $1, ').split(/\s+/)) {
    const size = /^([\d.]+)[wx],?$/.exec(part)?.[1]
    if (size !== undefined && address !== '') {
      yield { address, size: Number(size) }
      address = ''
    } else {
      if (address !== '') yield { address: address.replace(/,$/, ''), size: 1 }
      address = part === ',' ? '' : part
    }
  }
  if (address !== '') yield { address: address.replace(/,$/, ''), size: 1 }
}

const lazyAttributes = [
  'data-src',
  'data-lazy-src',
  'data-original',
  'data-lazy',
  'data-image',
  'data-url',
  'data-hi-res-src',
  'data-full-src',
  'data-actualsrc',
]

/** Every attribute that may hold the address of an image. */
export const imageAttributes: readonly string[] = [
  'src',
  'srcset',
  'data-srcset',
  'data-lazy-srcset',
  ...lazyAttributes,
]

const maxSrcset = 8192

const placeholder =
  /(?:^|[/_-])(?:blank|spacer|placeholder|transparent|pixel|1x1|loading|lazy)[^/]*\.(?:gif|png|svg|webp)/i

function isAddress(address: string | undefined): address is string {
  return address !== undefined && address.trim() !== '' && !/^\s*(?:data|javascript|blob|about):/i.test(address)
}

function isPixel(size: string | undefined): boolean {
  return size !== undefined && /^\s*[01](?:px)?\s*$/.test(size)
}
