import { createServer as createHttpsServer } from 'node:https'
import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { codes } from '../../src/core/codes.ts'
import { Failure } from '../../src/core/failure.ts'
import { aborted, networkFailure, statusFailure } from '../../src/web/failures.ts'
import { client, failureOf, listen, makeCertificate, resolvesTo, serve, serveBytes, serveRaw } from './loopback.ts'

describe('no connection', () => {
  test('because nobody listens is CONNECT_FAILED, retryable', async () => {
    const site = await serve(() => {})
    await site[Symbol.asyncDispose]()
    await using web = client({ lookup: resolvesTo('127.0.0.1', '::1') })
    for (const host of ['127.0.0.1', 'two-addresses.test']) {
      const failure = await failureOf(web.get(`http://${host}:${site.port}/`))
      expect(failure).toMatchObject({ code: 'CONNECT_FAILED', retryable: true, cause: { code: 'ECONNREFUSED' } })
      expect(failure.message).toContain('ECONNREFUSED')
    }
  })

  test('because the certificate is not trusted is CONNECT_FAILED, not retryable', async () => {
    await using site = await listen(createHttpsServer(makeCertificate()))
    await using web = client({ lookup: resolvesTo('127.0.0.1') })
    const failure = await failureOf(web.get(`https://secure.test:${site.port}/`))
    expect(failure).toMatchObject({
      code: 'CONNECT_FAILED',
      retryable: false,
      cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    })
  })

  test('because the other side speaks no TLS is CONNECT_FAILED, not retryable', async () => {
    await using site = await serveBytes('HTTP/1.1 400 Bad Request\r\n\r\n')
    await using web = client()
    expect(await failureOf(web.get(`https://127.0.0.1:${site.port}/`))).toMatchObject({
      code: 'CONNECT_FAILED',
      retryable: false,
    })
  })

  test('because it is cut during the TLS handshake is CONNECT_FAILED, retryable', async () => {
    await using site = await serveRaw((socket) => socket.once('data', () => socket.resetAndDestroy()))
    await using web = client()
    expect(await failureOf(web.get(`https://127.0.0.1:${site.port}/`))).toMatchObject({
      code: 'CONNECT_FAILED',
      retryable: true,
    })
  })

  test('within the limit is NETWORK_TIMEOUT, for those too who wait for the same attempt', async () => {
    // Accepts, and never answers the TLS handshake.
    await using site = await serveRaw(() => {})
    await using web = client({ connectTimeoutMs: 50 })
    const address = `https://127.0.0.1:${site.port}/`
    for (const failure of await Promise.all([1, 2, 3].map(() => failureOf(web.get(address))))) {
      expect(failure).toMatchObject({ code: 'NETWORK_TIMEOUT', retryable: true, details: { phase: 'connect' } })
    }
  })
})

describe('no whole answer', () => {
  test.each<[string, string, (socket: Socket) => void]>([
    ['none at all', '', (socket) => socket.end()],
    ['a reset before it', '', (socket) => socket.resetAndDestroy()],
    ['half of its head', 'HTTP/1.1 200 OK\r\ncontent-ty', (socket) => socket.end()],
    ['less than its Content-Length', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf', (socket) => socket.end()],
    [
      'the same, announced as the last',
      'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 9\r\n\r\nhalf',
      (socket) => socket.end(),
    ],
    [
      'a chunk less than promised',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n',
      (socket) => socket.end(),
    ],
    [
      'half a last chunk',
      'HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n9\r\nhalf',
      (socket) => socket.end(),
    ],
  ])('but %s is CONNECTION_LOST, retryable', async (_what, bytes, finish) => {
    await using site = await serveRaw((socket) => {
      socket.once('data', () => (bytes === '' ? finish(socket) : socket.write(bytes, () => finish(socket))))
    })
    await using web = client()
    expect(await failureOf(web.get(site.origin))).toMatchObject({ code: 'CONNECTION_LOST', retryable: true })
  })

  test.each([
    'SSH-2.0-OpenSSH_9.6\r\n',
    'HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
    `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`,
  ])('because it is not HTTP is CONNECTION_LOST, not retryable', async (bytes) => {
    await using site = await serveBytes(bytes)
    await using web = client()
    expect(await failureOf(web.get(site.origin))).toMatchObject({ code: 'CONNECTION_LOST', retryable: false })
  })

  test.each([
    ['headers', { headersTimeoutMs: 50 }, ''],
    ['body', { bodyTimeoutMs: 50 }, 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf'],
  ])('within the limit of the %s is NETWORK_TIMEOUT', async (phase, limits, bytes) => {
    await using site = await serveBytes(bytes)
    await using web = client(limits)
    const failure = await failureOf(web.get(site.origin))
    expect(failure).toMatchObject({ code: 'NETWORK_TIMEOUT', retryable: true, details: { phase } })
  })
})

describe('a status', () => {
  test.each([400, 401, 403, 404, 410, 418, 451, 501, 505])('%d is not retryable', async (status) => {
    await using site = await serve((_request, response) =>
      response.writeHead(status, { 'retry-after': '9' }).end('why'),
    )
    await using web = client()
    const failure = await failureOf(web.get(`http://ann:secret@127.0.0.1:${site.port}/`))
    expect(failure).toMatchObject({
      code: 'HTTP_STATUS',
      retryable: false,
      details: { status },
      retryAfterMs: undefined,
    })
    expect(failure.message).not.toContain('secret')
  })

  test.each([408, 425, 429, 500, 502, 503, 504])('%d is retryable, after the time it asks for', async (status) => {
    await using site = await serve((_request, response) =>
      response.writeHead(status, { 'retry-after': '9' }).end('why'),
    )
    await using web = client()
    expect(await failureOf(web.get(site.origin))).toMatchObject({
      code: 'HTTP_STATUS',
      retryable: true,
      details: { status },
      retryAfterMs: 9_000,
    })
  })

  test('without a usable Retry-After has no time to wait', () => {
    const failure = statusFailure(new URL('http://a.test'), 503, undefined)
    expect(failure).toMatchObject({
      message: 'http://a.test/ answered 503 Service Unavailable',
      retryAfterMs: undefined,
    })
    expect(statusFailure(new URL('http://a.test'), 599, undefined).message).toBe('http://a.test/ answered 599')
  })
})

test('a Failure that went through undici stays itself', () => {
  const failure = new Failure('ADDRESS_REFUSED', 'private')
  expect(networkFailure(failure, new URL('http://a.test'), 'connect')).toBe(failure)
})

test.each([
  [new DOMException('it took too long', 'TimeoutError'), 'it took too long'],
  ['enough', 'enough'],
  [undefined, 'aborted'],
])('a signal with the reason %s is CANCELLED', (reason, message) => {
  const failure = aborted(AbortSignal.abort(reason))
  expect(failure).toMatchObject({ code: 'CANCELLED', retryable: false })
  expect(failure.message).toContain(message)
})

test('every code is one that weft explains', () => {
  const url = new URL('http://a.test')
  const phases = ['connect', 'headers', 'body'] as const
  for (const phase of phases) expect(codes).toHaveProperty(networkFailure(new Error('?'), url, phase).code)
})
