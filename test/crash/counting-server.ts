import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { listen } from '../../bench/corpus/listen.ts'
import { createRandom, seedOf } from '../../bench/corpus/random.ts'

/** One call, as the server has seen it. */
export interface Call {
  readonly what: 'page' | 'score'
  readonly item: number
  /** The last byte of its answer was handed over to the system. */
  isAnswered: boolean
}

/** Serves a page for each item, and scores it; one in 20 has no page. Answers after up to 12 ms, which follow from the item and the seed. */
export class CountingServer implements AsyncDisposable {
  /** In the order in which they came. */
  readonly calls: Call[] = []
  origin = ''
  /** Until when an answer to that item is held back, if longer than usual. */
  hold: (item: number) => Promise<void> | undefined = () => undefined
  #onCall: () => void = () => {}
  readonly #seed: number
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(seed: number) {
    this.#seed = seed
    this.#server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => this.#answer(request, response))
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
  }

  static async start(seed: number): Promise<CountingServer> {
    const server = new CountingServer(seed)
    server.origin = await listen(server.#server, '127.0.0.1')
    return server
  }

  static hasPage(item: number): boolean {
    return item % 20 !== 13
  }

  /** Resolves when `count` calls were made in all. */
  reached(count: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#onCall = () => {
      if (this.calls.length >= count) resolve()
    }
    this.#onCall()
    return promise
  }

  /** Resolves when all that a client had sent before it died has been read and counted. */
  async quiet(): Promise<void> {
    await Promise.all(
      [...this.#sockets].map((socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()))),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const [, what, number] = (request.url ?? '').split('/')
    if (what !== 'page' && what !== 'score') return void response.writeHead(404).end()
    const call: Call = { what, item: Number(number), isAnswered: false }
    this.calls.push(call)
    this.#onCall()
    request.resume()
    response.once('finish', () => {
      call.isAnswered = true
    })
    const delayMs = createRandom(seedOf(`${this.#seed} ${request.url}`))() * 12
    const held = this.hold(call.item)
    if (held !== undefined) return void held.then(() => send(response, call))
    const timer = setTimeout(() => send(response, call), delayMs)
    response.once('close', () => clearTimeout(timer))
  }
}

function send(response: ServerResponse, { what, item }: Call): void {
  if (what === 'score') {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ score: (item * 7) % 101 }))
  } else if (CountingServer.hasPage(item)) {
    response.writeHead(200, { 'content-type': 'text/html' }).end(pageOf(item))
  } else {
    response.writeHead(404).end()
  }
}

function pageOf(item: number): string {
  const sentences = Array.from(
    { length: 6 },
    (_, at) => `Sentence ${at} says what company ${item} sells in town ${at * item}.`,
  )
  return `<title>Company ${item}</title><main><h1>Company ${item}</h1><p>${sentences.join(' ')}</p></main>`
}
