import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import http, { type RequestListener } from 'node:http'
import type { AddressInfo, Server, Socket } from 'node:net'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Failure } from '../../src/core/failure.ts'
import { createWebClient, type LookupAll, type WebClient, type WebOptions } from '../../src/web/client.ts'

/** A real server on loopback that counts what reaches it. */
export interface Loopback extends AsyncDisposable {
  readonly port: number
  /** `http://127.0.0.1:<port>` */
  readonly origin: string
  /** Connections accepted so far. */
  readonly connections: () => number
}

export function serve(listener: RequestListener, host = '127.0.0.1'): Promise<Loopback> {
  return listen(http.createServer({ keepAliveTimeout: 60_000 }, listener), host)
}

/** Pages by path; any other path, robots.txt among them, is a 404. */
export function serveFiles(pages: Readonly<Record<string, RequestListener>>): Promise<Loopback> {
  return serve((request, response) => {
    const page = pages[request.url ?? '']
    if (page !== undefined) return page(request, response)
    response.writeHead(404).end()
  })
}

/** Answers every connection by hand: for what no HTTP server would send. */
export function serveRaw(accept: (socket: Socket) => void): Promise<Loopback> {
  return listen(
    net.createServer((socket) => {
      socket.on('error', () => {})
      accept(socket)
    }),
  )
}

/** Sends these bytes as the answer to the first request of a connection, then does `after`. */
export function serveBytes(answer: string | Buffer, after: (socket: Socket) => void = () => {}): Promise<Loopback> {
  return serveRaw((socket) => {
    socket.once('data', () => socket.write(answer, () => after(socket)))
  })
}

export async function listen(server: Server, host = '127.0.0.1'): Promise<Loopback> {
  const open = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket: Socket) => {
    connections++
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  })
  server.listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    origin: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    connections: () => connections,
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy()
      await new Promise((closed) => server.close(closed))
    },
  }
}

/** A client for loopback servers; robots.txt is left out unless asked for. */
export function client(options: WebOptions = {}): WebClient {
  return createWebClient({ allowPrivate: true, ignoreRobots: true, ...options })
}

/** Resolves every name to these addresses. */
export function resolvesTo(...addresses: string[]): LookupAll {
  return async () => addresses.map((address) => ({ address, family: net.isIP(address) }))
}

/** The Failure that the promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const thrown = await promise.then(
    () => new Error('expected a failure, but it succeeded'),
    (error: unknown) => error,
  )
  if (!Failure.is(thrown)) throw thrown
  return thrown
}

export interface Certificate {
  readonly key: string
  readonly cert: string
}

/** A throw-away certificate, made by the `openssl` command, for the names of the tests and for 127.0.0.1. */
export function makeCertificate(): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'weft-certificate-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  try {
    const names = 'subjectAltName=DNS:secure.test,DNS:other.test,IP:127.0.0.1'
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1']
    const files = ['-subj', '/CN=secure.test', '-addext', names, '-keyout', key, '-out', cert]
    execFileSync('openssl', ['req', '-x509', ...kind, ...files], { stdio: 'pipe' })
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
