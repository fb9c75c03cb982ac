import { createSecureServer, type ServerHttp2Stream } from 'node:http2'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { WebClient } from '../../src/web/client.ts'
import { client, failureOf, type Loopback, listen, makeCertificate } from './loopback.ts'

const text = Array.from({ length: 100_000 }, (_, line) => `${line * 7919} lines of text\n`).join('')
const answers: Readonly<Record<string, (stream: ServerHttp2Stream) => void>> = {
  '/gzip': (stream) => {
    stream.respond({ ':status': 200, 'content-encoding': 'gzip' })
    stream.end(gzipSync(text))
  },
  '/short': (stream) => {
    stream.respond({ ':status': 200, 'content-length': 9 })
    stream.end('half')
  },
  '/reset': (stream) => {
    stream.respond({ ':status': 200 })
    stream.write('half', () => stream.destroy(new Error('no more')))
  },
  '/endless': (stream) => {
    stream.respond({ ':status': 200 })
    const pour = () => {
      while (!stream.destroyed && stream.write(Buffer.alloc(64 * 1024)));
      stream.once('drain', pour)
    }
    pour()
  },
  '/silent': () => {},
  '/gone': (stream) => stream.session?.destroy(),
}

let site: Loopback
let web: WebClient
beforeAll(async () => {
  const certificate = makeCertificate()
  setDefaultCACertificates([...getCACertificates('default'), certificate.cert])
  const server = createSecureServer(certificate)
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {})
    answers[String(headers[':path'])]?.(stream)
  })
  site = await listen(server)
  web = client({ headersTimeoutMs: 100 })
})
afterAll(async () => {
  await web[Symbol.asyncDispose]()
  await site[Symbol.asyncDispose]()
})

test('a body that is decompressed more slowly than it is sent comes whole', async () => {
  const page = await get('/gzip')
  expect(Buffer.from(page.bytes).toString()).toBe(text)
  expect(page.transferredBytes).toBe(gzipSync(text).length)
})

test.each([
  ['/short', { code: 'CONNECTION_LOST', retryable: true }],
  ['/reset', { code: 'CONNECTION_LOST', retryable: true }],
  ['/endless', { code: 'BODY_TOO_LARGE', retryable: false }],
  ['/silent', { code: 'NETWORK_TIMEOUT', retryable: true, details: { phase: 'headers' } }],
])('%s fails, and costs only its own stream', async (path, failure) => {
  const before = site.connections()
  const [failed, page] = await Promise.all([failureOf(get(path)), get('/gzip')])
  expect(failed).toMatchObject(failure)
  expect(page.bytes).toHaveLength(text.length)
  await get('/gzip')
  expect(site.connections()).toBe(before)
})

test('a connection that goes is CONNECTION_LOST, and the next request has a new one', async () => {
  const before = site.connections()
  expect(await failureOf(get('/gone'))).toMatchObject({ code: 'CONNECTION_LOST', retryable: true })
  expect((await get('/gzip')).bytes).toHaveLength(text.length)
  expect(site.connections()).toBe(before + 1)
})

function get(path: string) {
  return web.get(`https://127.0.0.1:${site.port}${path}`)
}
