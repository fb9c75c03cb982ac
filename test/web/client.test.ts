import { getEventListeners } from 'node:events'
import { createSecureServer } from 'node:http2'
import { createServer as createHttpsServer } from 'node:https'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { beforeAll, describe, expect, test } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { createWebClient, type LookupAll } from '../../src/web/client.ts'
import { runFixture } from './fixture.ts'
import {
  type Certificate,
  client,
  failureOf,
  listen,
  makeCertificate,
  resolvesTo,
  serve,
  serveFiles,
} from './loopback.ts'

const html = { 'content-type': 'text/html; charset=utf-8' }

describe('a page', () => {
  test('comes with its address, status, type and bytes in a buffer of their own', async () => {
    await using site = await serveFiles({
      '/x?y=1': (_request, response) => response.writeHead(203, html).end('<p>hé</p>'),
    })
    await using web = client()
    const page = await web.get(`${site.origin}/x?y=1#part`)
    const bytes = Buffer.from('<p>hé</p>')
    expect(page).toEqual({
      url: `${site.origin}/x?y=1`,
      status: 203,
      contentType: 'text/html; charset=utf-8',
      bytes: new Uint8Array(bytes),
      transferredBytes: bytes.length,
    })
    expect(page.bytes.buffer.byteLength).toBe(bytes.length)
    expect(structuredClone(page.bytes, { transfer: [page.bytes.buffer] })).toEqual(new Uint8Array(bytes))
  })

  test('may be empty and without a type', async () => {
    await using site = await serveFiles({ '/': (_request, response) => response.writeHead(204).end() })
    await using web = client()
    const page = await web.get(site.origin)
    expect(page).toEqual({ url: `${site.origin}/`, status: 204, bytes: new Uint8Array(), transferredBytes: 0 })
  })

  test('is asked for by an honest name, or by the one given', async () => {
    await using site = await serve((request, response) => response.end(request.headers['user-agent']))
    await using web = client()
    await using named = client({ userAgent: 'my-bot/2.0' })
    expect(await textOf(web.get(site.origin))).toMatch(/^weft\/\d+\.\d+\.\d+$/)
    expect(await textOf(named.get(site.origin))).toBe('my-bot/2.0')
  })

  test('is asked for with the credentials in its address, which are not shown again', async () => {
    await using site = await serve((request, response) => response.end(request.headers.authorization ?? 'nobody'))
    await using web = client()
    const page = await web.get(`http://ann:secret@127.0.0.1:${site.port}/`)
    expect(Buffer.from(page.bytes).toString()).toBe(`Basic ${btoa('ann:secret')}`)
    expect(page.url).toBe(`${site.origin}/`)
    expect(await textOf(web.get(site.origin))).toBe('nobody')
  })
})

describe('connections', () => {
  let certificate: Certificate
  beforeAll(() => {
    certificate = makeCertificate()
    setDefaultCACertificates([...getCACertificates('default'), certificate.cert])
  })

  test('robots.txt, a redirect and the page share one', async () => {
    await using site = await serveFiles({
      '/old': (_request, response) => response.writeHead(301, { location: '/new' }).end('moved'),
      '/new': (_request, response) => response.end('page'),
    })
    await using web = client({ ignoreRobots: false })
    expect(await textOf(web.get(`${site.origin}/old`))).toBe('page')
    expect(site.connections()).toBe(1)
  })

  test('as many as there are requests at a time', async () => {
    const arrived: (() => void)[] = []
    await using site = await serve((_request, response) => {
      arrived.push(() => response.end('page'))
      // None is answered before all have come.
      if (arrived.length === 20) for (const answer of arrived) answer()
    })
    await using web = client()
    await Promise.all(Array.from({ length: 20 }, () => web.get(site.origin)))
    expect(site.connections()).toBe(20)
  })

  test('one for all over HTTP/2, where it is offered', async () => {
    const arrived: (() => void)[] = []
    const server = createSecureServer({ ...certificate, allowHTTP1: true }, (request, response) => {
      arrived.push(() => response.end(request.httpVersion))
      if (arrived.length === 20) for (const answer of arrived) answer()
    })
    await using site = await listen(server)
    await using web = client({ lookup: resolvesTo('127.0.0.1') })
    const pages = Array.from({ length: 20 }, () => textOf(web.get(`https://secure.test:${site.port}/`)))
    expect(new Set(await Promise.all(pages))).toEqual(new Set(['2.0']))
    expect(site.connections()).toBe(1)
  })

  test('HTTP/1.1 over TLS, where HTTP/2 is not offered', async () => {
    await using site = await listen(
      createHttpsServer(certificate, (request, response) => response.end(request.httpVersion)),
    )
    await using web = client({ lookup: resolvesTo('127.0.0.1') })
    expect(await textOf(web.get(`https://secure.test:${site.port}/`))).toBe('1.1')
  })
})

describe('the address guard', () => {
  test.each([
    ...['127.0.0.1', '2130706433', '0177.0.0.1', '0x7f.1', '0x7f000001', '127.1', '127.0.0.1.', '%31%32%37.0.0.1'],
    ...['①②⑦.0.0.1', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::127.0.0.1]', '0', '0.0.0.0', '[::]', '[::1]'],
    ...['localhost', 'LOCALHOST', 'localhost.', 'a.localhost'],
  ])('refuses %s before a packet is sent', async (host) => {
    await using site = await serve((_request, response) => response.end('secret'))
    for (const ignoreRobots of [true, false]) {
      await using web = createWebClient({ ignoreRobots })
      const failure = await failureOf(web.get(`http://${host}:${site.port}/`))
      expect(failure).toMatchObject({ code: 'ADDRESS_REFUSED', retryable: false })
      expect(failure.details).toMatchObject({ host: expect.any(String), address: expect.any(String) })
    }
    expect(site.connections()).toBe(0)
  })

  test.each(['10.0.0.1', '169.254.169.254', '::ffff:192.168.0.1', 'fd00::1', 'not an address'])(
    'refuses a name that resolves to %s',
    async (address) => {
      await using web = createWebClient({ lookup: async () => [{ address, family: 4 }] })
      const failure = await failureOf(web.get('http://inside.test/'))
      expect(failure).toMatchObject({ code: 'ADDRESS_REFUSED', details: { host: 'inside.test', address } })
    },
  )
})

describe('cancelling', () => {
  test('before the request rejects at once', async () => {
    await using site = await serve((_request, response) => response.end('page'))
    await using web = client()
    const reason = new Failure('TIMEOUT', 'too late')
    expect(await failureOf(web.get(site.origin, { signal: AbortSignal.abort(reason) }))).toBe(reason)
    expect(site.connections()).toBe(0)
  })

  test.each([
    ['the headers', ''],
    ['the body', 'the first chunk'],
  ])('while waiting for %s rejects with the reason and ends the connection', async (_what, firstChunk) => {
    const cancel = new AbortController()
    const gone = Promise.withResolvers<void>()
    await using site = await serve((request, response) => {
      request.socket.on('close', gone.resolve)
      if (firstChunk !== '') response.write(firstChunk)
      setImmediate(() => cancel.abort(reason))
    })
    const reason = new Failure('TIMEOUT', 'too late')
    await using web = client()
    expect(await failureOf(web.get(site.origin, { signal: cancel.signal }))).toBe(reason)
    await gone.promise
    expect(getEventListeners(cancel.signal, 'abort')).toHaveLength(0)
  })

  test('while connecting does not wait for the connection', async () => {
    const cancel = new AbortController()
    // A name that never resolves, with no time limit to help.
    const lookup = () => {
      setImmediate(() => cancel.abort('enough'))
      return new Promise<never>(() => {})
    }
    await using web = client({ lookup, connectTimeoutMs: 600_000 })
    const failure = await failureOf(web.get('http://slow.test/', { signal: cancel.signal }))
    expect(failure).toMatchObject({ code: 'CANCELLED', message: expect.stringContaining('enough') })
  })

  test('while connecting keeps the request from being sent later', async () => {
    const cancel = new AbortController()
    const resolved = Promise.withResolvers<Awaited<ReturnType<LookupAll>>>()
    const asked: string[] = []
    await using site = await serve((request, response) => {
      asked.push(request.url ?? '')
      response.end('page')
    })
    await using web = client({ lookup: () => resolved.promise })
    const cancelled = failureOf(web.get(`http://slow.test:${site.port}/cancelled`, { signal: cancel.signal }))
    const stays = web.get(`http://slow.test:${site.port}/stays`)
    // By then both are on their way.
    await nextTurn()
    cancel.abort()
    await cancelled
    resolved.resolve([{ address: '127.0.0.1', family: 4 }])
    await stays
    // The cancelled request's own connection is there by now, and free for others.
    await web.get(`http://slow.test:${site.port}/next`)
    expect(asked).toEqual(['/stays', '/next'])
  })

  test('one HTTP/2 request leaves the others on its connection alone', async () => {
    const cancel = new AbortController()
    const certificate = makeCertificate()
    setDefaultCACertificates([...getCACertificates('default'), certificate.cert])
    const reset = Promise.withResolvers<void>()
    const server = createSecureServer(certificate)
    server.on('stream', (stream, headers) => {
      if (headers[':path'] === '/stays') return void reset.promise.then(() => stream.end('page'))
      stream.on('close', reset.resolve)
      cancel.abort(new Failure('CANCELLED', 'enough'))
    })
    await using site = await listen(server)
    await using web = client()
    const stays = textOf(web.get(`https://127.0.0.1:${site.port}/stays`))
    expect(await failureOf(web.get(`https://127.0.0.1:${site.port}/`, { signal: cancel.signal }))).toMatchObject({
      code: 'CANCELLED',
    })
    expect(await stays).toBe('page')
    expect(site.connections()).toBe(1)
  })

  test('leaves no listener behind on a signal that outlives its requests', async () => {
    await using site = await serveFiles({
      '/page': (_request, response) => response.end('page'),
      '/moved': (_request, response) => response.writeHead(302, { location: '/page' }).end(),
    })
    await using web = client({ ignoreRobots: false })
    const { signal } = new AbortController()
    const paths = ['/page', '/moved', '/missing', '/page']
    await Promise.allSettled(paths.map((path) => web.get(site.origin + path, { signal })))
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })
})

test('closing fails what is running and leaves nothing open', async () => {
  expect(await runFixture('close.ts')).toEqual({
    codes: ['RUNTIME_CLOSED', 'RUNTIME_CLOSED', 'RUNTIME_CLOSED'],
    late: 'RUNTIME_CLOSED',
    timersLeft: { cancelled: 0, closed: 0 },
  })
})

async function textOf(page: Promise<{ readonly bytes: Uint8Array }>): Promise<string> {
  return new TextDecoder().decode((await page).bytes)
}
