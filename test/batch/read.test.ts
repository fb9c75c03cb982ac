import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCorpusServer } from '../../bench/corpus/server.ts'
import type { Input } from '../../src/batch/input.ts'
import { type ReadOptions, readInputs } from '../../src/batch/read.ts'
import { noUsage } from '../../src/core/usage.ts'
import { createRuntime, type Failure, type Outcome, type Runtime } from '../../src/index.ts'
import type { Page } from '../../workers/reading/page.ts'
import { type HostileServer, startHostileServer } from '../fixtures/hostile-server.ts'

let hostile: HostileServer
let weft: Runtime
beforeAll(async () => {
  hostile = await startHostileServer()
  weft = await createRuntime({ web: { allowPrivate: true }, random: () => 0 })
})
afterAll(async () => {
  await weft.close()
  await hostile.close()
})

const input = (url: string): Input => ({ input: url, target: { kind: 'url', url } })

async function read(urls: readonly string[], options: ReadOptions = {}): Promise<Map<string, Outcome<Page, Input>>> {
  const outcomes = new Map<string, Outcome<Page, Input>>()
  for await (const outcome of readInputs(weft, urls.map(input), options)) outcomes.set(outcome.input.input, outcome)
  return outcomes
}

// Never `/redirects/private` and `/redirects/metadata` here: this runtime may connect to private addresses, and would. See test/web.
const expected: Readonly<Record<string, string>> = {
  '/gzip-bomb': 'BODY_TOO_LARGE',
  '/endless-body': 'BODY_TOO_LARGE',
  '/50mb': 'BODY_TOO_LARGE',
  '/redirects/endless': 'REDIRECT_LIMIT',
  '/redirects/loop': 'REDIRECT_LIMIT',
  '/redirects/file': 'SCHEME_UNSUPPORTED',
  '/redirects/nowhere': 'REDIRECT_LIMIT',
  '/hang-up': 'CONNECTION_LOST',
  '/hang-up-in-body': 'CONNECTION_LOST',
  '/truncated-gzip': 'BODY_INVALID',
  '/not-gzip': 'BODY_INVALID',
  '/silence': 'TIMEOUT',
  '/slow-body': 'TIMEOUT',
  '/slow-headers': 'TIMEOUT',
  '/status/404': 'HTTP_STATUS',
  '/status/500': 'HTTP_STATUS',
  '/json': 'UNSUPPORTED_TYPE',
  '/xml': 'UNSUPPORTED_TYPE',
  '/png': 'UNSUPPORTED_TYPE',
  '/png-as-html': 'UNSUPPORTED_TYPE',
  '/zip': 'UNSUPPORTED_TYPE',
  '/pdf': 'PDF_UNSUPPORTED',
  '/pdf-as-html': 'PDF_UNSUPPORTED',
  '/no-bytes': 'EMPTY_PAGE',
  '/empty-page': 'EMPTY_PAGE',
  '/blank-page': 'NEEDS_JAVASCRIPT',
  '/spa-shell': 'NEEDS_JAVASCRIPT',
}

const readable: Readonly<Record<string, string>> = {
  '/page': '',
  '/null-bytes': '',
  '/charset/not-utf-8': 'Café, naïve, “quoted”',
  '/charset/really-utf-8': 'Žluťoučký',
  '/charset/unknown': 'Žluťoučký',
  '/plain-text': 'with a <tag> in it',
  '/markdown': '# A heading',
  '/no-content-type': 'Nobody said',
  '/nested-divs': '',
  '/attributes': '',
  '/list-items': '',
  '/unavailable-twice': '',
}

describe('bad input among good', () => {
  it('gives each its own record with a code or a page, within its time limit, and harms no other', async () => {
    await using corpus = await startCorpusServer({ hosts: 3, failures: false })
    const good = corpus.urls
    const bad = [...Object.keys(expected), ...Object.keys(readable)].map((path) => hostile.url(path))
    const outcomes = await read([...bad, ...good], { timeoutMs: 10_000 })
    const codes = Object.fromEntries(
      Object.keys(expected).map((path) => [
        path,
        (outcomes.get(hostile.url(path)) as { failure?: Failure }).failure?.code,
      ]),
    )
    expect(codes).toEqual(expected)
    for (const [path, text] of Object.entries(readable)) {
      const outcome = outcomes.get(hostile.url(path))
      expect(outcome, path).toMatchObject({ status: 'done', value: { markdown: expect.stringContaining(text) } })
    }
    expect(good.map((url) => outcomes.get(url)!.status)).toEqual(good.map(() => 'done'))
    expect(outcomes.size).toBe(bad.length + good.length)
  })
})

describe('reading', () => {
  it('gives the page of a URL whole', async () => {
    await using corpus = await startCorpusServer({ failures: false })
    const url = corpus.urls[0]!
    const { truth, bytes } = corpus.pages.get(url)!
    const outcome = (await read([url], { summarySentences: 2 })).get(url)!
    expect(outcome).toMatchObject({
      status: 'done',
      attempts: 1,
      value: { url, title: truth.title, charset: truth.charset, bytes: bytes.byteLength, summary: expect.any(String) },
      usage: { ...noUsage, bytes: bytes.byteLength },
    })
  })

  it('tries again what may help, and only that', async () => {
    const outcomes = await read([hostile.url('/unavailable-twice?again'), hostile.url('/status/404?again')])
    expect(outcomes.get(hostile.url('/unavailable-twice?again'))).toMatchObject({ status: 'done', attempts: 3 })
    expect(outcomes.get(hostile.url('/status/404?again'))).toMatchObject({ status: 'failed', attempts: 1 })
    const once = await read([hostile.url('/unavailable-twice?never')], { retries: 0 })
    expect([...once.values()][0]).toMatchObject({
      status: 'failed',
      attempts: 1,
      failure: { details: { status: 503 } },
    })
  })

  it('refuses private addresses unless it is told to allow them', async () => {
    await using strict = await createRuntime()
    const { value: outcome } = await readInputs(strict, [input(hostile.url('/page?strict'))])
      [Symbol.asyncIterator]()
      .next()
    expect(outcome).toMatchObject({ status: 'failed', failure: { code: 'ADDRESS_REFUSED', retryable: false } })
    expect(hostile.hits('/page?strict')).toBe(0)
  })
})
