import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Loopback, serve } from '../loopback.ts'

/** How the server treats one request after the other; when they are used up, the last one goes on. */
export interface Treatment {
  /** Breaks the connection after so many bytes of the body. */
  readonly cutAfter?: number
  /** Answers with this status and no body. */
  readonly status?: number
  /** Holds the rest of the body back until this settles. */
  readonly until?: { readonly bytes: number; readonly opened: Promise<void> }
}

/** A file host on loopback, with ranges and ETags as RFC 9110 has them. Everything may be changed while it runs. */
export class WeightsServer implements AsyncDisposable {
  content: Buffer
  ranges = true
  etag: string | undefined = '"v1"'
  headers: Record<string, string> = {}
  /** What a redirect to the file says, as Hugging Face does it: `/resolve/…` leads to `/file`. */
  linked: Record<string, string> = {}
  treatments: Treatment[] = [{}]
  /** Range headers of the requests for the file itself, in order. */
  readonly asked: (string | undefined)[] = []
  sentBytes = 0
  #loopback!: Loopback

  static async start(content: Buffer): Promise<WeightsServer> {
    const server = new WeightsServer(content)
    server.#loopback = await serve((request, response) => server.#answer(request, response))
    return server
  }

  private constructor(content: Buffer) {
    this.content = content
  }

  get sha256(): string {
    return createHash('sha256').update(this.content).digest('hex')
  }

  address(path = '/file'): string {
    return `${this.#loopback.origin}${path}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#loopback[Symbol.asyncDispose]()
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    if (request.url?.startsWith('/resolve/')) {
      response.writeHead(302, { location: '/file', ...this.linked }).end()
      return
    }
    const { range, 'if-range': condition } = request.headers
    this.asked.push(range)
    const treatment = this.treatments.length > 1 ? this.treatments.shift()! : this.treatments[0]!
    if (treatment.status !== undefined) {
      response.writeHead(treatment.status).end()
      return
    }
    const first = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0)
    const holds = this.ranges && range !== undefined && (condition === undefined || condition === this.etag)
    const from = holds ? first : 0
    const total = this.content.length
    if (holds && first >= total) {
      response.writeHead(416, { 'content-range': `bytes */${total}` }).end()
      return
    }
    response.writeHead(holds ? 206 : 200, {
      'content-length': total - from,
      ...(holds ? { 'content-range': `bytes ${from}-${total - 1}/${total}` } : {}),
      ...(this.etag === undefined ? {} : { etag: this.etag }),
      ...this.headers,
    })
    void this.#send(response, this.content.subarray(from), treatment)
  }

  async #send(response: ServerResponse, body: Buffer, { cutAfter, until }: Treatment): Promise<void> {
    const sent = body.subarray(0, cutAfter ?? body.length)
    this.sentBytes += sent.length
    if (until !== undefined) {
      response.write(sent.subarray(0, until.bytes))
      await until.opened
      response.end(sent.subarray(until.bytes))
    } else if (cutAfter === undefined) {
      response.end(sent)
    } else {
      response.flushHeaders()
      response.write(sent, () => response.destroy())
    }
  }
}
