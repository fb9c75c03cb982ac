import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { OutgoingHttpHeaders } from 'node:http'
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { runFixture } from './fixture.ts'
import { client, failureOf, serve, serveBytes } from './loopback.ts'

const text = 'A page that repeats itself. '.repeat(5_000)
const codings: readonly [string, string, (bytes: Buffer) => Buffer][] = [
  ['gzip', 'gzip', gzipSync],
  ['gzip by its old name', 'x-gzip', gzipSync],
  [
    'gzip in two members',
    'gzip',
    (bytes) => Buffer.concat([gzipSync(bytes.subarray(0, 9)), gzipSync(bytes.subarray(9))]),
  ],
  ['deflate', 'deflate', deflateSync],
  ['deflate without its header', 'deflate', deflateRawSync],
  ['brotli', 'br', brotliCompressSync],
  ['zstandard', 'ZSTD', zstdCompressSync],
]

describe.each(codings)('%s', (_name, coding, compress) => {
  const sent = compress(Buffer.from(text))

  test('is decompressed, however it is cut into chunks', async () => {
    for (const size of [sent.length, 1_000, 1]) {
      await using site = await serve(async (_request, response) => {
        response.writeHead(200, { 'content-encoding': coding })
        for (let at = 0; at < sent.length; at += size) {
          if (!response.write(sent.subarray(at, at + size))) await once(response, 'drain')
        }
        response.end()
      })
      await using web = client()
      const page = await web.get(site.origin)
      expect(Buffer.from(page.bytes).toString()).toBe(text)
      expect(page.bytes.buffer.byteLength).toBe(text.length)
      expect(page.transferredBytes).toBe(sent.length)
    }
  })

  test('that ends early is BODY_INVALID', async () => {
    expect(await failureFor(sent.subarray(0, -1), coding)).toMatchObject({ code: 'BODY_INVALID', retryable: false })
  })

  test('that is none is BODY_INVALID', async () => {
    expect(await failureFor(Buffer.from('<html>plain'), coding)).toMatchObject({
      code: 'BODY_INVALID',
      retryable: false,
    })
  })

  test('without a body is an empty page', async () => {
    expect((await pageFor(Buffer.alloc(0), coding)).bytes).toEqual(new Uint8Array())
  })

  test('is stopped at the limit once decompressed', async () => {
    const failure = await failureFor(compress(Buffer.alloc(1024 * 1024)), coding, 100_000)
    expect(failure).toMatchObject({ code: 'BODY_TOO_LARGE', retryable: false, details: { maxBytes: 100_000 } })
    expect(failure.message).toContain('decompressed')
  })
})

test.each(['identity', '', 'none', 'UTF-8'])('the coding "%s" changes nothing', async (coding) => {
  expect(Buffer.from((await pageFor(Buffer.from(text), coding)).bytes).toString()).toBe(text)
})

test.each(['compress', 'gzip, gzip', 'dcb'])('the coding "%s" is BODY_INVALID', async (coding) => {
  expect(await failureFor(Buffer.from(text), coding)).toMatchObject({ code: 'BODY_INVALID', details: { coding } })
})

test('zstandard that wants more than 8 MiB of window is BODY_INVALID', async () => {
  const zeros = Buffer.alloc(20 * 1024 * 1024)
  const sent = zstdCompressSync(zeros, { params: { [constants.ZSTD_c_windowLog]: 25 } })
  expect(await failureFor(sent, 'zstd', 2 * zeros.length)).toMatchObject({ code: 'BODY_INVALID' })
})

describe('a body', () => {
  test('of exactly the limit passes, of one byte more does not', async () => {
    const limit = 200_000
    for (const chunked of [true, false]) {
      const headers = chunked ? { 'transfer-encoding': 'chunked' } : {}
      expect((await pageFor(Buffer.alloc(limit, 1), 'identity', limit, headers)).bytes).toHaveLength(limit)
      const failure = await failureFor(Buffer.alloc(limit + 1, 1), 'identity', limit, headers)
      expect(failure).toMatchObject({ code: 'BODY_TOO_LARGE', retryable: false, details: { maxBytes: limit } })
    }
  })

  test('that only fits once decompressed is too large as sent', async () => {
    const noise = randomBytes(200_000)
    const failure = await failureFor(gzipSync(noise), 'gzip', noise.length, { 'transfer-encoding': 'chunked' })
    expect(failure).toMatchObject({ code: 'BODY_TOO_LARGE', message: expect.stringContaining('as sent') })
  })

  test('announced as too large is refused before it is read', async () => {
    await using site = await serveBytes('HTTP/1.1 200 OK\r\ncontent-length: 1000001\r\n\r\n')
    await using web = client({ maxBytes: 1_000_000 })
    const failure = await failureOf(web.get(site.origin))
    expect(failure).toMatchObject({ code: 'BODY_TOO_LARGE', message: expect.stringContaining('Content-Length') })
  })

  test('without an end is stopped at the limit, and its connection ended', async () => {
    const gone = Promise.withResolvers<void>()
    await using site = await serve(async (_request, response) => {
      response.on('close', gone.resolve)
      while (!response.closed) {
        if (!response.write(Buffer.alloc(64 * 1024))) await Promise.race([once(response, 'drain'), gone.promise])
      }
    })
    await using web = client({ maxBytes: 1_000_000 })
    expect(await failureOf(web.get(site.origin))).toMatchObject({ code: 'BODY_TOO_LARGE' })
    await gone.promise
  })

  test('of an unwanted type is refused before it is read', async () => {
    const gone = Promise.withResolvers<void>()
    for (const [type, code] of [
      ['image/png', 'UNSUPPORTED_TYPE'],
      ['application/pdf', 'PDF_UNSUPPORTED'],
    ]) {
      // It never comes: to wait for it would be to wait for ever.
      await using site = await serve((_request, response) => {
        response.on('close', gone.resolve)
        response.writeHead(200, { 'content-type': type, 'content-length': 1_000 }).flushHeaders()
      })
      await using web = client({ bodyTimeoutMs: 600_000 })
      expect(await failureOf(web.get(site.origin))).toMatchObject({ code, retryable: false })
      await gone.promise
    }
  })
})

// In a process of its own, whose peak memory can be read.
test.each([
  ['gzip', 'BODY_TOO_LARGE'],
  ['br', 'BODY_TOO_LARGE'],
  ['zstd', 'BODY_TOO_LARGE'],
  ['one-byte-chunks', 'BODY_TOO_LARGE'],
  ['announced', 'CONNECTION_LOST'],
])('a bomb (%s) takes little memory', async (kind, code) => {
  const bomb = await runFixture('bomb.ts', kind)
  expect(bomb).toMatchObject({ code })
  expect(bomb.grownBytes).toBeLessThan(100 * 1024 * 1024)
})

type Sent = readonly [body: Buffer, coding: string, maxBytes?: number, headers?: OutgoingHttpHeaders]

async function pageFor(...[body, coding, maxBytes = 10_000_000, headers = {}]: Sent) {
  await using site = await serve((_request, response) => {
    response.writeHead(200, { 'content-encoding': coding, ...headers }).end(body)
  })
  await using web = client({ maxBytes })
  return await web.get(site.origin)
}

function failureFor(...sent: Sent) {
  return failureOf(pageFor(...sent))
}
