import { createServer as createTlsServer } from 'node:tls'
import { Agent } from 'undici'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { createConnector } from '../../src/web/connector.ts'
import type { LookupAll } from '../../src/web/contract.ts'
import { failureOf, type Loopback, listen, makeCertificate, resolvesTo, serve } from './loopback.ts'

// What is public on the real net stands on 127.0.0.2 here: nothing of these tests leaves the machine.
const permits = (address: string): boolean => address === '127.0.0.2'

let inner: Loopback
let outer: Loopback
beforeEach(async () => {
  inner = await serve((_request, response) => response.end('inner'))
  outer = await serve((_request, response) => response.end('outer'), '127.0.0.2')
})
afterEach(async () => {
  await inner[Symbol.asyncDispose]()
  await outer[Symbol.asyncDispose]()
})

test('a name that turns to a private address later is refused, and no packet goes there', async () => {
  const answers = ['127.0.0.2', '127.0.0.1']
  const lookup: LookupAll = async () => [{ address: answers.shift() ?? '', family: 4 }]
  await using agent = agentFor(lookup)
  expect(await text(agent, `http://rebinding.test:${outer.port}`)).toBe('outer')
  const failure = await failureOf(text(agent, `http://rebinding.test:${inner.port}`))
  expect(failure).toMatchObject({ code: 'ADDRESS_REFUSED', details: { host: 'rebinding.test', address: '127.0.0.1' } })
  expect(inner.connections()).toBe(0)
})

test('a connection resolves its name once and goes where that look-up said', async () => {
  let lookups = 0
  // A second look-up for the same connection would be told the private address.
  const lookup: LookupAll = async () => [{ address: ++lookups === 1 ? '127.0.0.2' : '127.0.0.1', family: 4 }]
  await using agent = agentFor(lookup)
  expect(await text(agent, `http://rebinding.test:${outer.port}`)).toBe('outer')
  expect(lookups).toBe(1)
})

test('one private address among public ones refuses them all', async () => {
  await using agent = agentFor(resolvesTo('127.0.0.2', '127.0.0.1'))
  const failure = await failureOf(text(agent, `http://mixed.test:${outer.port}`))
  expect(failure).toMatchObject({ code: 'ADDRESS_REFUSED', details: { host: 'mixed.test', address: '127.0.0.1' } })
  expect([outer.connections(), inner.connections()]).toEqual([0, 0])
})

test('a literal address is judged although it is never looked up', async () => {
  await using agent = agentFor(() => Promise.reject(new Error('looked up a literal')))
  expect(await text(agent, `http://127.0.0.2:${outer.port}`)).toBe('outer')
  expect(await failureOf(text(agent, inner.origin))).toMatchObject({ code: 'ADDRESS_REFUSED' })
  expect(await failureOf(text(agent, `http://[::1]:${inner.port}`))).toMatchObject({ code: 'ADDRESS_REFUSED' })
  expect(inner.connections()).toBe(0)
})

test('when an address refuses the connection the next one is tried', async () => {
  await using agent = agentFor(resolvesTo('127.0.0.3', '127.0.0.2'), () => true)
  expect(await text(agent, `http://two.test:${outer.port}`)).toBe('outer')
})

test('connections to one host that start together share one look-up', async () => {
  let lookups = 0
  const { promise, resolve } = Promise.withResolvers<Awaited<ReturnType<LookupAll>>>()
  await using agent = agentFor(() => {
    lookups++
    return promise
  })
  const answers = [1, 2, 3].map(() => text(agent, `http://shared.test:${outer.port}`))
  resolve([{ address: '127.0.0.2', family: 4 }])
  expect(await Promise.all(answers)).toEqual(['outer', 'outer', 'outer'])
  expect(outer.connections()).toBe(3)
  expect(lookups).toBe(1)
})

test.each([
  ['ENOTFOUND', false],
  ['EAI_AGAIN', true],
])('%s of the resolver is DNS_FAILED, retryable: %s', async (code, retryable) => {
  const cause = Object.assign(new Error(`getaddrinfo ${code}`), { code })
  await using agent = agentFor(() => Promise.reject(cause))
  expect(await failureOf(text(agent, 'http://nowhere.test'))).toMatchObject({ code: 'DNS_FAILED', retryable, cause })
})

test('a name without addresses, and a resolver that throws, is DNS_FAILED', async () => {
  await using agent = agentFor(resolvesTo())
  expect(await failureOf(text(agent, 'http://nowhere.test'))).toMatchObject({ code: 'DNS_FAILED', retryable: false })
  await using broken = agentFor(() => {
    throw new Error('no resolver')
  })
  expect(await failureOf(text(broken, 'http://nowhere.test'))).toMatchObject({ code: 'DNS_FAILED', retryable: false })
})

test('TLS asks for the name, without its trailing dot, not for the address', async () => {
  const { promise: asked, resolve } = Promise.withResolvers<string>()
  const SNICallback = (name: string, callback: (error: Error | null) => void) => {
    resolve(name)
    callback(null)
  }
  await using tls = await listen(createTlsServer({ ...makeCertificate(), SNICallback }), '127.0.0.2')
  await using agent = agentFor(resolvesTo('127.0.0.2'))
  const failed = text(agent, `https://secure.test.:${tls.port}`).catch((error: unknown) => error)
  expect(await asked).toBe('secure.test')
  // Nobody has told it to trust the certificate.
  expect(await failed).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
})

function agentFor(lookup: LookupAll, allowed = permits): Agent & AsyncDisposable {
  const closing = new AbortController()
  const connect = createConnector({ lookup, permits: allowed, timeoutMs: 10_000, signal: closing.signal })
  return Object.assign(new Agent({ connect }), {
    [Symbol.asyncDispose]: async () => closing.abort(new Failure('CANCELLED', 'end of the test')),
  })
}

async function text(agent: Agent, origin: string): Promise<string> {
  const { body } = await agent.request({ origin, path: '/', method: 'GET' })
  return body.text()
}
