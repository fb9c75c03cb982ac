import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import type { Answer } from '../../src/web/exchange.ts'
import { Robots } from '../../src/web/robots.ts'
import { failureOf } from './loopback.ts'

const denied = { code: 'ROBOTS_DENIED', retryable: false, details: { token: 'weft' } }
const hour = 60 * 60 * 1000

test('the file of an origin is fetched once, by whoever asks first, and kept for a day', async () => {
  const site = new Site('user-agent: *\ndisallow: /no')
  const checks = ['/a', '/no', '/b'].map((path) => site.check(`https://a.test${path}`))
  site.answer()
  expect((await Promise.allSettled(checks)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  site.now = 24 * hour - 1
  await site.check('https://a.test/c')
  expect(await failureOf(site.check('https://a.test/no?x'))).toMatchObject(denied)
  expect(site.asked).toEqual(['https://a.test/robots.txt'])
  site.now = 24 * hour
  const again = site.check('https://a.test/d')
  site.answer()
  await again
  expect(site.asked).toHaveLength(2)
})

test('each origin has its own', async () => {
  const site = new Site('user-agent: *\ndisallow: /')
  const addresses = ['https://a.test/', 'http://a.test/', 'https://a.test:8443/', 'https://b.test/']
  const checks = addresses.map((address) => failureOf(site.check(address)))
  site.answer()
  for (const failure of await Promise.all(checks)) expect(failure).toMatchObject(denied)
  expect(site.asked).toEqual(addresses.map((address) => `${address}robots.txt`))
})

test('one who is cancelled does not take the fetch away from the others', async () => {
  const site = new Site('user-agent: *\ndisallow: /no')
  const cancel = new AbortController()
  const first = failureOf(site.check('https://a.test/', cancel.signal))
  const second = failureOf(site.check('https://a.test/no', new AbortController().signal))
  const reason = new Failure('TIMEOUT', 'too late')
  cancel.abort(reason)
  expect(await first).toBe(reason)
  site.answer()
  expect(await second).toMatchObject(denied)
  expect(site.asked).toHaveLength(1)
  expect(getEventListeners(cancel.signal, 'abort')).toHaveLength(0)
})

test('when all are cancelled the fetch ends, and the next one starts its own', async () => {
  const site = new Site('user-agent: *\ndisallow: /no')
  const cancel = new AbortController()
  const left = failureOf(site.check('https://a.test/', cancel.signal))
  cancel.abort()
  expect(await left).toMatchObject({ code: 'CANCELLED' })
  expect(site.signals[0]?.aborted).toBe(true)
  // The abandoned one may take its time to end.
  const next = site.check('https://a.test/')
  site.answer()
  await next
  expect(site.asked).toHaveLength(2)
})

test('a failure is not kept', async () => {
  const site = new Site('')
  const failed = failureOf(site.check('https://a.test/'))
  site.fail(new Failure('CONNECTION_LOST', 'cut', { retryable: true }))
  expect(await failed).toMatchObject({ code: 'ROBOTS_UNAVAILABLE', retryable: true })
  const next = site.check('https://a.test/')
  site.answer()
  await next
  expect(site.asked).toHaveLength(2)
})

test('what was not used for longest is forgotten when large files fill the room', async () => {
  // 16 Mi characters of patterns are kept: not quite 35 such files.
  const site = new Site(`user-agent: *\n${`disallow: /${'x'.repeat(480)}\n`.repeat(1_000)}`)
  const ask = async (host: number) => {
    const check = site.check(`https://${host}.test/`)
    site.answer()
    await check
  }
  await ask(0)
  await ask(1)
  for (let host = 2; host < 34; host++) await ask(host)
  await ask(0)
  expect(site.asked).toHaveLength(34)
  await ask(34)
  await ask(0)
  expect(site.asked).toHaveLength(35)
  await ask(1)
  expect(site.asked).toHaveLength(36)
})

/** Every host at once, whose robots.txt comes when the test says so. */
class Site {
  readonly asked: string[] = []
  readonly signals: AbortSignal[] = []
  now = 0
  readonly #text: string
  readonly #waiting: PromiseWithResolvers<Answer>[] = []
  readonly #robots: Robots

  constructor(text: string) {
    this.#text = text
    const get = (url: URL, _limits: unknown, signal: AbortSignal): Promise<Answer> => {
      this.asked.push(url.href)
      this.signals.push(signal)
      const waiting = Promise.withResolvers<Answer>()
      this.#waiting.push(waiting)
      return waiting.promise
    }
    const clock = { now: () => this.now, startTimer: () => expect.unreachable() }
    this.#robots = new Robots({ token: 'weft', get, limitMs: 60_000 }, clock)
  }

  check(address: string, signal?: AbortSignal): Promise<void> {
    return this.#robots.check(new URL(address), signal)
  }

  answer(): void {
    const bytes = new TextEncoder().encode(this.#text)
    for (const { resolve } of this.#waiting.splice(0)) {
      resolve({ status: 200, headers: {}, bytes, transferredBytes: bytes.length })
    }
  }

  fail(failure: Failure): void {
    for (const { reject } of this.#waiting.splice(0)) reject(failure)
  }
}
