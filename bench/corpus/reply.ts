import type { IncomingMessage, ServerResponse } from 'node:http'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { CorpusPage } from './page.ts'
import { seedOf } from './random.ts'

/** A page ready to be sent: compressed once, so that serving it costs next to nothing. */
export interface Reply {
  readonly contentType: string
  readonly identity: Uint8Array
  readonly encoded: { readonly name: 'gzip' | 'br'; readonly bytes: Uint8Array } | undefined
  /** Without `Content-Length`, in several chunks. */
  readonly chunked: boolean
}

/** Which pages are compressed, and how, follows from their path: of eight, three are gzip, three Brotli, two plain. */
export function prepareReply(page: CorpusPage): Reply {
  const draw = seedOf(page.path) >>> 8
  return {
    contentType: page.contentType,
    identity: page.bytes,
    encoded: [gzip, brotli, undefined, gzip, brotli, gzip, brotli, undefined][draw % 8]?.(page.bytes),
    chunked: (draw >>> 3) % 3 === 0,
  }
}

/** Sends a reply, compressed if the request accepts that. */
export function sendReply(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  const encoded = reply.encoded !== undefined && accepts(request, reply.encoded.name) ? reply.encoded : undefined
  const bytes = encoded?.bytes ?? reply.identity
  response.setHeader('content-type', reply.contentType)
  response.setHeader('vary', 'accept-encoding')
  if (encoded !== undefined) response.setHeader('content-encoding', encoded.name)
  if (!reply.chunked) {
    response.setHeader('content-length', bytes.length)
    response.end(bytes)
    return
  }
  const chunkBytes = 4096
  for (let at = 0; at < bytes.length; at += chunkBytes) response.write(bytes.subarray(at, at + chunkBytes))
  response.end()
}

function accepts(request: IncomingMessage, encoding: string): boolean {
  const accepted = String(request.headers['accept-encoding'] ?? '')
  return accepted.split(',').some((item) => item.split(';')[0]?.trim().toLowerCase() === encoding)
}

function gzip(bytes: Uint8Array): { name: 'gzip'; bytes: Uint8Array } {
  return { name: 'gzip', bytes: gzipSync(bytes) }
}

function brotli(bytes: Uint8Array): { name: 'br'; bytes: Uint8Array } {
  return { name: 'br', bytes: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }) }
}
