import { createServer } from 'node:http'
import { Agent } from 'undici'
import { expect, test } from 'vitest'
import { exchange } from '../../src/web/exchange.ts'
import { type Loopback, listen, serve } from './loopback.ts'

test('a small body that is not needed is read to its end, to keep the connection', async () => {
  await using site = await serve((_request, response) => response.writeHead(404).end('x'.repeat(50_000)))
  // The next request waits for the only connection there may be.
  const dispatcher = new Agent({ connections: 1 })
  for (let times = 0; times < 3; times++) {
    expect(await discard(dispatcher, site)).toMatchObject({ status: 404, bytes: new Uint8Array(), transferredBytes: 0 })
  }
  expect(site.connections()).toBe(1)
  await dispatcher.destroy()
})

test.each([
  ['larger than that', Buffer.alloc(64 * 1024 + 1)],
  ['without an end', Buffer.from('first')],
])('a body that is not needed and is %s costs the connection, not the answer', async (_what, chunk) => {
  const gone = Promise.withResolvers<void>()
  const server = createServer((_request, response) => {
    response.on('close', gone.resolve)
    response.writeHead(404).write(chunk)
  })
  await using site = await listen(server)
  const dispatcher = new Agent()
  expect(await discard(dispatcher, site)).toMatchObject({ status: 404 })
  await gone.promise
  await dispatcher.destroy()
})

function discard(dispatcher: Agent, { origin }: Loopback) {
  const url = new URL(origin)
  return exchange({ dispatcher, url, headers: {}, connectTimeoutMs: 10_000, plan: () => 'discard' })
}
