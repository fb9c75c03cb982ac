import type { Transform } from 'node:stream'
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from 'node:zlib'
import { bodyInvalid } from './failures.ts'

export type Coding = 'identity' | 'gzip' | 'deflate' | 'br' | 'zstd'

/** Value of the Accept-Encoding header. */
export const acceptedCodings = 'gzip, deflate, br, zstd'

/**
 * How a body is compressed. More than one coding is refused: nobody sends that but to make much of little.
 *
 * @throws Failure `BODY_INVALID` for a coding that we did not offer
 */
export function parseCoding(contentEncoding: string | undefined, url: URL): Coding {
  const named = (contentEncoding ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => !meaningless.has(name))
  const [name, ...more] = named
  if (name === undefined) return 'identity'
  const coding = more.length === 0 ? codings[name] : undefined
  if (coding === undefined) throw bodyInvalid(url, named.join(', '), `only one of ${acceptedCodings} was asked for`)
  return coding
}

/** A stream that decompresses, off the event loop, what it is written. Fails for input that is corrupt or ends early. */
export function createDecoder(coding: Exclude<Coding, 'identity'>, firstChunk: Buffer): Transform {
  switch (coding) {
    case 'gzip':
      return createGunzip({ chunkSize })
    case 'deflate':
      // RFC 9110 means zlib (RFC 1950), whose first byte says so; some servers send it raw, and every browser reads that.
      return ((firstChunk[0] ?? 0) & 0x0f) === 8 ? createInflate({ chunkSize }) : createInflateRaw({ chunkSize })
    case 'br':
      return createBrotliDecompress({ chunkSize })
    case 'zstd':
      // RFC 9659: no window beyond 8 MiB, so that a header cannot claim gigabytes.
      return createZstdDecompress({ chunkSize, params: { [constants.ZSTD_d_windowLogMax]: 23 } })
  }
}

/** Bytes of output per trip to the thread pool. */
const chunkSize = 32 * 1024

const codings: Readonly<Record<string, Coding>> = {
  gzip: 'gzip',
  'x-gzip': 'gzip',
  deflate: 'deflate',
  br: 'br',
  zstd: 'zstd',
}

/** Said by servers that compress nothing; the charset is a common mistake. */
const meaningless = new Set(['', 'identity', 'none', 'utf-8', 'utf8'])
