import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { loadCorpus } from './corpus.ts'
import { failingPaths, sendNotFound } from './failing.ts'
import { type Latency, latencyMs } from './latency.ts'
import { close, listen } from './listen.ts'
import type { CorpusPage } from './page.ts'
import { seedOf } from './random.ts'
import { prepareReply, sendReply } from './reply.ts'

export interface CorpusServerOptions {
  /** Listeners on 127.0.0.1, 127.0.0.2, …, each on a port of its own. Default 1. */
  readonly hosts?: number
  /** Seed of the latencies. Default that of the demo. */
  readonly seed?: number
  /** How long answers are held back. Default `none`. */
  readonly latency?: Latency | 'none'
  /** Whether `urls` has the three that fail. Default true. */
  readonly failures?: boolean
}

export interface CorpusServer extends AsyncDisposable {
  readonly origins: readonly string[]
  /** The demo: 45 pages of every kind, and three that fail unless these are left out. In a stable order, in turn over the hosts. */
  readonly urls: readonly string[]
  /** Every page of the corpus once, in a stable order, in turn over the hosts; none that fails. */
  readonly pageUrls: readonly string[]
  /** Those of `urls` that fail, with their code. */
  readonly expectedFailures: ReadonlyMap<string, string>
  /** What stands behind each of `urls` and `pageUrls`. */
  readonly pages: ReadonlyMap<string, CorpusPage>
  /** How long the answer to an address of this server is held back, whichever host it names. */
  latencyMs(url: string): number
  close(): Promise<void>
}

/** The setting of `npm run demo`: the pages it reads wait for about 13 s in total, one of them for about 1.6 s. */
export const demoSetting: Required<CorpusServerOptions> = {
  hosts: 12,
  seed: 83,
  latency: { medianMs: 210, sigma: 0.8, maxMs: 2_000 },
  failures: true,
}

/** Serves the corpus on loopback. Close it, or hold it with `await using`. */
export async function startCorpusServer(options: CorpusServerOptions = {}): Promise<CorpusServer> {
  const { hosts = 1, seed = demoSetting.seed, latency = 'none', failures = true } = options
  const corpus = loadCorpus()
  const delayMs = (path: string): number => latencyMs(path, seed, latency)
  const answer = createAnswer(corpus, delayMs)
  const servers = Array.from({ length: hosts }, () => createQuietServer(answer))
  const closeAll = async (): Promise<void> => {
    await Promise.all(servers.map(close))
  }
  const origins = await Promise.all(servers.map(listenOnHost)).catch(async (error) => {
    await closeAll()
    throw error
  })

  const failing = failures ? failingPaths : []
  const demo = corpus.filter((page) => page.demo)
  const urls = spread([...demo, ...failing], origins)
  const pageUrls = spread(corpus, origins)
  const codes = new Map(failing.map(({ path, code }) => [path, code]))
  const byPath = new Map(corpus.map((page) => [page.path, page]))
  return {
    origins,
    urls,
    pageUrls,
    expectedFailures: lookUp(urls, codes),
    pages: lookUp([...urls, ...pageUrls], byPath),
    latencyMs: (url) => delayMs(new URL(url).pathname),
    close: closeAll,
    [Symbol.asyncDispose]: closeAll,
  }
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void

function createAnswer(corpus: readonly CorpusPage[], delayMs: (path: string) => number): Answer {
  const replies = new Map(corpus.map((page) => [page.path, prepareReply(page)]))
  const failing = new Map(failingPaths.map((one) => [one.path, one]))
  return (request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] as string
    if (path === '/robots.txt') {
      sendRobots(response)
      return
    }
    const reply = replies.get(path)
    const send = (): void => {
      if (reply !== undefined) sendReply(request, response, reply)
      else (failing.get(path)?.answer ?? sendNotFound)(response)
    }
    hold(response, delayMs(path), send)
  }
}

/** Runs `send` after the delay, unless the client has gone by then. */
function hold(response: ServerResponse, ms: number, send: () => void): void {
  if (ms === 0) {
    send()
    return
  }
  const timer = setTimeout(send, ms)
  response.once('close', () => clearTimeout(timer))
}

function sendRobots(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end('User-agent: *\nAllow: /\n')
}

function createQuietServer(answer: Answer): Server {
  // Idle connections outlive any pause of a client: a server that hangs up first races with the next request.
  return createServer({ keepAliveTimeout: 120_000, requestTimeout: 0 }, answer)
}

/** 127.0.0.1 for the first, 127.0.0.2 for the second; where a system has only the first (macOS), that again. */
async function listenOnHost(server: Server, at: number): Promise<string> {
  try {
    return await listen(server, `127.0.0.${at + 1}`)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRNOTAVAIL') throw error
    return listen(server, '127.0.0.1')
  }
}

/** Addresses of the paths in an order that mixes sites and kinds, in turn over the hosts. */
function spread(items: readonly { readonly path: string }[], origins: readonly string[]): readonly string[] {
  const paths = items.map((item) => item.path).sort((one, other) => seedOf(one) - seedOf(other))
  return paths.map((path, at) => origins[at % origins.length] + path)
}

function lookUp<T>(urls: readonly string[], byPath: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  return new Map(
    urls.flatMap((url) => {
      const found = byPath.get(new URL(url).pathname)
      return found === undefined ? [] : [[url, found] as const]
    }),
  )
}
