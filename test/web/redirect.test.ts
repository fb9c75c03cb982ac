import type { RequestListener } from 'node:http'
import { describe, expect, test } from 'vitest'
import { createClientFor } from '../../src/web/client.ts'
import { client, failureOf, resolvesTo, serve, serveFiles } from './loopback.ts'

test.each([301, 302, 303, 307, 308])('%d is followed, by a relative address too', async (status) => {
  await using site = await serveFiles({
    '/a/old': (_request, response) => response.writeHead(status, { location: '../b?new#part' }).end('moved'),
    '/b?new': (_request, response) => response.end('page'),
  })
  await using web = client()
  expect(await web.get(`${site.origin}/a/old`)).toMatchObject({ status: 200, url: `${site.origin}/b?new` })
})

test.each([300, 304, 305])('%d is no redirect', async (status) => {
  await using site = await serve((_request, response) => response.writeHead(status, { location: '/' }).end())
  await using web = client()
  expect(await failureOf(web.get(site.origin))).toMatchObject({
    code: 'HTTP_STATUS',
    retryable: false,
    details: { status },
  })
})

describe('the limit', () => {
  // /3 leads to /2, that to /1, that to /0.
  const countdown: RequestListener = (request, response) => {
    const left = Number(request.url?.slice(1))
    if (left === 0) response.end('page')
    else response.writeHead(302, { location: `/${left - 1}` }).end()
  }

  test('allows as many redirects as it says, and not one more', async () => {
    await using site = await serve(countdown)
    await using web = client({ maxRedirects: 3 })
    expect(await web.get(`${site.origin}/3`)).toMatchObject({ url: `${site.origin}/0` })
    const failure = await failureOf(web.get(`${site.origin}/4`))
    expect(failure).toMatchObject({ code: 'REDIRECT_LIMIT', retryable: false, details: { maxRedirects: 3 } })
  })

  test('of none refuses the first', async () => {
    await using site = await serve(countdown)
    await using web = client({ maxRedirects: 0 })
    expect(await failureOf(web.get(`${site.origin}/1`))).toMatchObject({ code: 'REDIRECT_LIMIT' })
  })

  test('ends a loop', async () => {
    await using site = await serve((_request, response) => response.writeHead(302, { location: '/' }).end())
    await using web = client()
    expect(await failureOf(web.get(site.origin))).toMatchObject({
      code: 'REDIRECT_LIMIT',
      details: { maxRedirects: 10 },
    })
  })
})

test.each([undefined, 'http://', 'https://a b/'])('to the Location %j is REDIRECT_LIMIT', async (location) => {
  const headers = location === undefined ? {} : { location }
  await using site = await serve((_request, response) => response.writeHead(302, headers).end())
  await using web = client()
  expect(await failureOf(web.get(site.origin))).toMatchObject({ code: 'REDIRECT_LIMIT', details: { status: 302 } })
})

test.each(['file:///etc/passwd', 'ftp://a.test/', 'data:text/html,x', 'javascript:1'])(
  'to %s is SCHEME_UNSUPPORTED',
  async (location) => {
    await using site = await serve((_request, response) => response.writeHead(302, { location }).end())
    await using web = client()
    expect(await failureOf(web.get(site.origin))).toMatchObject({ code: 'SCHEME_UNSUPPORTED', retryable: false })
  },
)

describe('to an address that is not permitted', () => {
  // What is public on the real net stands on 127.0.0.2 here, and nothing else is: a redirect has to start somewhere.
  const permits = (address: string) => address === '127.0.0.2'

  test.each([
    ...['127.0.0.1', '2130706433', '0177.0.0.1', '0x7f.0x1', '127.1', '127.0.0.1.', '[::ffff:127.0.0.1]', '[::1]'],
    ...['localhost', 'inside.test'],
  ])('such as %s is refused before a packet is sent', async (host) => {
    await using inner = await serve((_request, response) => response.end('secret'))
    const location = `http://${host}:${inner.port}/`
    await using outer = await serve((_request, response) => response.writeHead(302, { location }).end(), '127.0.0.2')
    await using web = createClientFor(permits, { ignoreRobots: true, lookup: resolvesTo('127.0.0.1') })
    expect(await failureOf(web.get(outer.origin))).toMatchObject({ code: 'ADDRESS_REFUSED', retryable: false })
    expect([outer.connections(), inner.connections()]).toEqual([1, 0])
  })
})

describe('credentials', () => {
  test('stay with the first origin, and do not come back with it', async () => {
    const seen: string[] = []
    const note: RequestListener = (request) => {
      seen.push(`${request.headers.host?.split(':')[0]} ${request.url} ${request.headers.authorization ?? 'nobody'}`)
    }
    await using site = await serve((request, response) => {
      note(request, response)
      const { port } = site
      const next: Record<string, string> = {
        '/1': '/2',
        '/2': `http://other.test:${port}/3`,
        '/3': `http://own.test:${port}/4`,
      }
      const location = next[request.url ?? '']
      if (location === undefined) response.end('page')
      else response.writeHead(302, { location }).end()
    })
    await using web = client({ lookup: resolvesTo('127.0.0.1') })
    const page = await web.get(`http://ann:secret@own.test:${site.port}/1`)
    const ann = `Basic ${btoa('ann:secret')}`
    expect(seen).toEqual([`own.test /1 ${ann}`, `own.test /2 ${ann}`, 'other.test /3 nobody', 'own.test /4 nobody'])
    expect(page.url).toBe(`http://own.test:${site.port}/4`)
  })

  test('that a redirect brings are not used', async () => {
    await using site = await serve((request, response) => {
      if (request.url === '/') response.writeHead(302, { location: `http://eve:x@127.0.0.1:${site.port}/in` }).end()
      else response.end(request.headers.authorization ?? 'nobody')
    })
    await using web = client()
    const page = await web.get(site.origin)
    expect(Buffer.from(page.bytes).toString()).toBe('nobody')
    expect(page.url).toBe(`${site.origin}/in`)
  })
})
