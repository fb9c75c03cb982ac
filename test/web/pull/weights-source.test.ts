import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import type { Held } from '../../../src/web/pull/ranges.ts'
import { WeightsSource } from '../../../src/web/pull/weights-source.ts'
import { failureOf, serve, serveFiles } from '../loopback.ts'

const nothing: Held = { bytes: 0, record: undefined, isChecked: false }
const anyAddress = () => true

describe('WeightsSource', () => {
  it('guards redirects as it guards the address itself', async () => {
    await using inner = await serve((_, response) => response.end('secret'), '127.0.0.2')
    await using outer = await serve((_, response) => response.writeHead(302, { location: inner.origin }).end())
    await using source = new WeightsSource((address) => address === '127.0.0.1')
    const failure = await failureOf(source.open(outer.origin, nothing, undefined))
    expect(failure).toMatchObject({ code: 'ADDRESS_REFUSED', details: { address: '127.0.0.2' } })
    expect(inner.connections()).toBe(0)
  })

  it('gives credentials to the place that they are for, and keeps them out of the record', async () => {
    const given: (string | undefined)[] = []
    await using other = await serve((request, response) => {
      given.push(request.headers.authorization)
      response.end('weights')
    })
    await using server = await serve((request, response) => {
      given.push(request.headers.authorization)
      response.writeHead(302, { location: other.origin }).end()
    })
    await using source = new WeightsSource(anyAddress)
    using answer = await source.open(`http://me:pass@127.0.0.1:${server.port}/m`, nothing, undefined)
    expect(String(await buffer(answer.body))).toBe('weights')
    expect(given).toEqual([`Basic ${btoa('me:pass')}`, undefined])
    expect(answer.record).toEqual({ address: `${server.origin}/m`, etag: null, sha256: null, bytes: 7 })
  })

  it('refuses what it cannot use', async () => {
    await using server = await serveFiles({
      '/loop': (_, response) => response.writeHead(302, { location: '/loop' }).end(),
      '/packed': (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
      '/other-part': (_, response) => response.writeHead(206, { 'content-range': 'bytes 0-4/5' }).end('12345'),
    })
    await using source = new WeightsSource(anyAddress)
    const open = (path: string, held = nothing) => failureOf(source.open(server.origin + path, held, undefined))
    expect((await open('/loop')).code).toBe('REDIRECT_LIMIT')
    expect(await open('/packed')).toMatchObject({ code: 'BODY_INVALID', retryable: false })
    expect(await open('/missing')).toMatchObject({ code: 'HTTP_STATUS', details: { status: 404 } })
    const record = { address: '', etag: '"x"', sha256: null, bytes: 5 }
    const held = { bytes: 3, record, isChecked: false }
    expect(await open('/other-part', held)).toMatchObject({ code: 'BODY_INVALID', retryable: true })
  })

  it('gives all that arrived before the connection broke, and then says that it did', async () => {
    await using server = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 100_000 })
      response.write(Buffer.alloc(60_000), () => response.destroy())
    })
    await using source = new WeightsSource(anyAddress)
    using answer = await source.open(server.origin, nothing, undefined)
    let arrived = 0
    const read = async () => {
      for await (const piece of answer.body) arrived += piece.length
    }
    expect(await failureOf(read())).toMatchObject({ code: 'CONNECTION_LOST', retryable: true })
    expect(arrived).toBe(60_000)
  })
})
