import { execFile } from 'node:child_process'
import { get } from 'node:http'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CorpusServer, demoSetting, startCorpusServer } from '../../../bench/corpus/server.ts'

describe('over three hosts', () => {
  let server: CorpusServer
  beforeAll(async () => {
    server = await startCorpusServer({ hosts: 3 })
  })
  afterAll(() => server.close())

  test('lists 48 addresses, three of which fail, in turn over the hosts', () => {
    expect(server.urls).toHaveLength(48)
    expect([...server.expectedFailures.values()].sort()).toEqual(['CONNECTION_LOST', 'HTTP_STATUS', 'TIMEOUT'])
    expect(server.urls.filter((url) => server.pages.has(url))).toHaveLength(45)
    for (const [at, url] of server.urls.entries()) expect(new URL(url).origin).toBe(server.origins[at % 3])
  })

  test('serves every page as it is in the corpus, compressed or not, whole or in chunks', async () => {
    const seen = new Set<string>()
    for (const url of server.pageUrls) {
      const answer = await fetch(url, { headers: { 'accept-encoding': 'gzip, br' } })
      const page = server.pages.get(url)
      expect(answer.headers.get('content-type')).toBe(page?.contentType)
      expect(Buffer.from(await answer.arrayBuffer()).equals(page?.bytes as Uint8Array)).toBe(true)
      seen.add(answer.headers.get('content-encoding') ?? 'identity')
      seen.add(answer.headers.has('content-length') ? 'length' : 'chunked')
    }
    expect([...seen].sort()).toEqual(['br', 'chunked', 'gzip', 'identity', 'length'])
  })

  test('sends plain bytes to those who ask for nothing else', async () => {
    for (const url of server.urls.filter((one) => server.pages.has(one))) {
      expect((await plainGet(url)).encoding).toBeUndefined()
    }
  })

  test('allows all robots and knows what it does not have', async () => {
    expect(await (await fetch(`${server.origins[1]}/robots.txt`)).text()).toContain('Allow: /')
    expect((await fetch(`${server.origins[0]}/nowhere`)).status).toBe(404)
  })

  test('fails where it says so', async () => {
    expect((await fetch(failing(server, 'HTTP_STATUS'))).status).toBe(404)
    const broken = await fetch(failing(server, 'CONNECTION_LOST'))
    expect(broken.status).toBe(200)
    await expect(broken.text()).rejects.toThrow()
  })
})

test('leaves the failures out, and takes no more hosts than asked for, by default', async () => {
  await using server = await startCorpusServer({ failures: false })
  expect(server.urls).toHaveLength(45)
  expect(server.expectedFailures.size).toBe(0)
  expect(server.origins).toHaveLength(1)
})

test('gives the same paths in the same order every time', async () => {
  await using one = await startCorpusServer(demoSetting)
  await using other = await startCorpusServer(demoSetting)
  expect(paths(one)).toEqual(paths(other))
  expect(one.urls.map(one.latencyMs)).toEqual(other.urls.map(other.latencyMs))
})

test('once closed, nothing holds the process, not even a request that was never answered', async () => {
  const module = new URL('../../../bench/corpus/server.ts', import.meta.url)
  const script = `
    import { get } from 'node:http'
    import { once } from 'node:events'
    import { startCorpusServer } from ${JSON.stringify(module.href)}
    const server = await startCorpusServer({ hosts: 2, latency: { medianMs: 50_000, sigma: 0, maxMs: 50_000 } })
    const held = get(server.urls[0]).on('error', () => {})
    const [silent] = [...server.expectedFailures].find(([, code]) => code === 'TIMEOUT')
    const stuck = get(silent).on('error', () => {})
    await Promise.all([held, stuck].map(async (one) => once((await once(one, 'socket'))[0], 'connect')))
    await server.close()
    console.log('closed')`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
  expect(stdout).toBe('closed\n')
})

function failing(server: CorpusServer, code: string): string {
  return [...server.expectedFailures].find(([, expected]) => expected === code)?.[0] as string
}

function paths(server: CorpusServer): readonly string[] {
  return server.urls.map((url) => new URL(url).pathname)
}

/** `fetch` always asks for compression; this does not. */
function plainGet(url: string): Promise<{ encoding: string | undefined }> {
  return new Promise((resolve, reject) => {
    get(url, (answer) => {
      answer.resume().once('end', () => resolve({ encoding: answer.headers['content-encoding'] }))
    }).once('error', reject)
  })
}
