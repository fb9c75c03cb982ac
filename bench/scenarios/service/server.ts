import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { latencyMs } from '../../corpus/latency.ts'
import { listen } from '../../corpus/listen.ts'
import { createRandom, seedOf } from '../../corpus/random.ts'
import { Bucket } from './bucket.ts'
import { type ChatRequest, complete } from './model.ts'
import type { Seen, ServiceSetting } from './setting.ts'

/**
 * Answers `GET /any/path` with facts about it and `POST /v1/chat/completions` as a model would, each after a latency that
 * follows from the seed, the path and how often it was asked for. So every way of running a scenario waits for the same delays.
 */
export class ServiceServer {
  readonly #setting: ServiceSetting
  #bucket: Bucket | undefined
  #asked = new Map<string, number>()
  #seen = { accepted: 0, refused: 0, mostAtOnce: 0 }
  #atOnce = 0

  constructor(setting: ServiceSetting) {
    this.#setting = setting
    this.reset()
  }

  get seen(): Seen {
    return this.#seen
  }

  reset(): void {
    const { rate, speed } = this.#setting
    this.#bucket = rate && new Bucket(rate, () => performance.now() * speed)
    this.#asked = new Map()
    this.#seen = { accepted: 0, refused: 0, mostAtOnce: 0 }
    this.#atOnce = 0
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/'
    // Not part of any scenario, so it is neither delayed nor counted.
    if (path === '/robots.txt') return sendJson(response, 404, {})
    const waitMs = this.#bucket?.take() ?? 'taken'
    if (waitMs !== 'taken') return this.#refuse(response, waitMs)
    const body = request.method === 'POST' ? await text(request) : ''
    this.#enter(response)
    const asked = `${path} ${body}`
    const nth = (this.#asked.get(asked) ?? 0) + 1
    this.#asked.set(asked, nth)
    if (nth === 1 && this.#setting.hanging?.includes(path)) return
    const { latency, seed, speed } = this.#setting
    const timer = setTimeout(
      () => this.#send(response, path, body),
      latencyMs(`${asked} ${nth}`, seed, latency) / speed,
    )
    response.once('close', () => clearTimeout(timer))
  }

  /** Counts a request as worked on until it is answered or its client has gone. */
  #enter(response: ServerResponse): void {
    const seen = this.#seen
    seen.accepted += 1
    this.#atOnce += 1
    seen.mostAtOnce = Math.max(seen.mostAtOnce, this.#atOnce)
    // Before the client has the answer, and so before it can send the next request.
    const leave = (): void => {
      response.off('prefinish', leave).off('close', leave)
      if (seen === this.#seen) this.#atOnce -= 1
    }
    response.once('prefinish', leave).once('close', leave)
  }

  #refuse(response: ServerResponse, waitMs: number): void {
    this.#seen.refused += 1
    response.setHeader('retry-after', Math.ceil(waitMs / 1_000))
    sendJson(response, 429, { error: 'too many requests' })
  }

  #send(response: ServerResponse, path: string, body: string): void {
    const { failing, seed } = this.#setting
    if (failing !== undefined && createRandom(seedOf(`${seed} fails ${path}`))() < failing.share) {
      sendJson(response, failing.status, { error: `no ${path} today` })
    } else if (body !== '') {
      sendJson(response, 200, complete(JSON.parse(body) as ChatRequest))
    } else {
      const topic = decodeURIComponent(path.split('/').at(-1) ?? '')
      sendJson(response, 200, { topic, findings: 1 + (seedOf(path) % 90) })
    }
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

const [, script, setting] = process.argv
if (script === fileURLToPath(import.meta.url) && setting !== undefined) {
  const service = new ServiceServer(JSON.parse(setting))
  const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
    // Rejects when the client goes before all it had to say is there.
    service.answer(request, response).catch(() => response.destroy())
  })
  process.send?.(await listen(server, '127.0.0.1'))
  process.on('message', (order: 'reset' | 'seen') => {
    if (order === 'reset') service.reset()
    process.send?.(service.seen)
  })
  // Whoever started this process may be killed: then there is nobody left to serve.
  process.once('disconnect', () => process.exit())
}
