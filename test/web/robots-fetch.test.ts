import type { RequestListener } from 'node:http'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import type { WebOptions } from '../../src/web/client.ts'
import { createClientFor } from '../../src/web/client.ts'
import { fetchRobots } from '../../src/web/robots-fetch.ts'
import { client, failureOf, resolvesTo, serve, serveFiles } from './loopback.ts'

const denyAll = 'User-agent: *\nDisallow: /'
const page: RequestListener = (_request, response) => response.end('page')

test('a page that robots.txt disallows is not fetched', async () => {
  const asked: string[] = []
  await using site = await serve((request, response) => {
    asked.push(`${request.url} ${request.headers['user-agent']} ${request.headers.authorization ?? 'nobody'}`)
    response.end(denyAll)
  })
  await using web = polite({ userAgent: 'my-bot/1.0' })
  const failure = await failureOf(web.get(`http://ann:secret@127.0.0.1:${site.port}/page`))
  expect(failure).toMatchObject({ code: 'ROBOTS_DENIED', retryable: false, details: { token: 'my-bot' } })
  // The credentials are for the page.
  expect(asked).toEqual(['/robots.txt my-bot/1.0 nobody'])
  await using rude = client()
  expect(await rude.get(`${site.origin}/page`)).toMatchObject({ status: 200 })
})

test('every redirect is checked: by the same file, and by that of another origin', async () => {
  const lead: (location: string) => RequestListener = (location) => (_request, response) =>
    response.writeHead(302, { location }).end()
  const robots: RequestListener = (_request, response) => response.end('User-agent: *\nDisallow: /no')
  await using other = await serveFiles({ '/robots.txt': robots, '/no': page, '/yes': page })
  await using site = await serveFiles({
    '/robots.txt': robots,
    '/no': page,
    '/inside': lead('/no'),
    '/outside': lead(`${other.origin}/no`),
    '/fine': lead(`${other.origin}/yes`),
  })
  await using web = polite()
  for (const path of ['/no', '/inside', '/outside']) {
    expect(await failureOf(web.get(site.origin + path)), path).toMatchObject({ code: 'ROBOTS_DENIED' })
  }
  expect(await web.get(`${site.origin}/fine`)).toMatchObject({ url: `${other.origin}/yes` })
})

describe('a robots.txt', () => {
  const answeredBy = async (robots: RequestListener, options?: WebOptions) => {
    await using site = await serve((request, response) => {
      if (request.url?.startsWith('/robots')) robots(request, response)
      else response.end('page')
    })
    await using web = polite(options)
    return await web.get(`${site.origin}/page`)
  }

  test.each([204, 304, 400, 401, 403, 404, 410, 429, 451])('that is answered %d allows everything', async (status) => {
    expect(await answeredBy((_request, response) => response.writeHead(status).end())).toMatchObject({ status: 200 })
  })

  test.each([500, 503, 599])('that is answered %d is ROBOTS_UNAVAILABLE for now', async (status) => {
    const answer = answeredBy((_request, response) => response.writeHead(status, { 'retry-after': '7' }).end())
    expect(await failureOf(answer)).toMatchObject({ code: 'ROBOTS_UNAVAILABLE', retryable: true, retryAfterMs: 7_000 })
  })

  test('that breaks off is ROBOTS_UNAVAILABLE for now', async () => {
    const failure = await failureOf(answeredBy((request) => request.socket.destroy()))
    expect(failure).toMatchObject({ code: 'ROBOTS_UNAVAILABLE', retryable: true, cause: { code: 'CONNECTION_LOST' } })
  })

  test('that does not come is ROBOTS_UNAVAILABLE for now', async () => {
    const failure = await failureOf(answeredBy(() => {}, { headersTimeoutMs: 50 }))
    expect(failure).toMatchObject({ code: 'ROBOTS_UNAVAILABLE', retryable: true, cause: { code: 'NETWORK_TIMEOUT' } })
  })

  test('that cannot be decompressed is ROBOTS_UNAVAILABLE', async () => {
    const answer = answeredBy((_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'))
    expect(await failureOf(answer)).toMatchObject({ code: 'ROBOTS_UNAVAILABLE', retryable: false })
  })

  test('may be compressed, of any type and over five redirects away', async () => {
    const redirected: RequestListener = (request, response) => {
      const hop = Number(request.url?.slice('/robots'.length, -'.txt'.length))
      if (hop < 5) return response.writeHead(301, { location: `/robots${hop + 1}.txt` }).end()
      return response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'image/png' }).end(gzipSync(denyAll))
    }
    expect(await failureOf(answeredBy(redirected))).toMatchObject({ code: 'ROBOTS_DENIED' })
  })

  test.each(['/robots.txt', 'file:///robots.txt', 'http://'])(
    'that redirects in vain (%s) allows everything',
    async (location) => {
      expect(await answeredBy((_request, response) => response.writeHead(302, { location }).end())).toMatchObject({
        status: 200,
      })
    },
  )

  test('without an end is read as far as 500 KiB', async () => {
    const filler = `#${'x'.repeat(1022)}\n`
    const endless =
      (start: string): RequestListener =>
      (_request, response) => {
        response.write(start + filler.repeat(600))
      }
    expect(await failureOf(answeredBy(endless(`${denyAll}\n`)))).toMatchObject({ code: 'ROBOTS_DENIED' })
    expect(await answeredBy(endless(`${filler.repeat(500)}${denyAll}\n`))).toMatchObject({ status: 200 })
  })
})

describe('a host that cannot be reached says so itself', () => {
  test('CONNECT_FAILED', async () => {
    const site = await serve(page)
    await site[Symbol.asyncDispose]()
    await using web = polite()
    expect(await failureOf(web.get(site.origin))).toMatchObject({ code: 'CONNECT_FAILED', retryable: true })
  })

  test('DNS_FAILED', async () => {
    await using web = polite({ lookup: resolvesTo() })
    expect(await failureOf(web.get('http://nowhere.test'))).toMatchObject({ code: 'DNS_FAILED' })
  })

  test('NETWORK_TIMEOUT while connecting', async () => {
    await using web = polite({ lookup: () => new Promise(() => {}), connectTimeoutMs: 20 })
    expect(await failureOf(web.get('http://slow.test'))).toMatchObject({ code: 'NETWORK_TIMEOUT' })
  })
})

test('a robots.txt that redirects to a private address is ROBOTS_UNAVAILABLE, and nothing is asked there', async () => {
  await using inner = await serve((_request, response) => response.end('User-agent: *\nAllow: /'))
  await using outer = await serve(
    (_request, response) => response.writeHead(302, { location: `${inner.origin}/robots.txt` }).end(),
    '127.0.0.2',
  )
  await using web = createClientFor((address) => address === '127.0.0.2')
  const failure = await failureOf(web.get(outer.origin))
  expect(failure).toMatchObject({ code: 'ROBOTS_UNAVAILABLE', retryable: false, cause: { code: 'ADDRESS_REFUSED' } })
  expect(inner.connections()).toBe(0)
})

test('the whole fetch has its own time limit', async () => {
  const get = (_url: URL, _limits: unknown, signal: AbortSignal) =>
    new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  const { signal } = new AbortController()
  const failure = await failureOf(fetchRobots('https://a.test', { token: 'weft', get, limitMs: 10 }, signal))
  expect(failure).toMatchObject({ code: 'ROBOTS_UNAVAILABLE', retryable: true })
  const cancel = new AbortController()
  const cancelled = fetchRobots('https://a.test', { token: 'weft', get, limitMs: 60_000 }, cancel.signal)
  const reason = new Failure('CANCELLED', 'nobody waits')
  cancel.abort(reason)
  expect(await failureOf(cancelled)).toBe(reason)
})

function polite(options: WebOptions = {}) {
  return client({ ignoreRobots: false, ...options })
}
