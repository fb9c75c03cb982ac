import type { ServerResponse } from 'node:http'

/** An address of the demo that fails on purpose, every time. */
export interface FailingPath {
  readonly path: string
  /** The code that weft must give it. */
  readonly code: 'HTTP_STATUS' | 'CONNECTION_LOST' | 'TIMEOUT'
  readonly answer: (response: ServerResponse) => void
}

export const failingPaths: readonly FailingPath[] = [
  { path: '/courier/2024/12/01/moved-without-a-trace.html', code: 'HTTP_STATUS', answer: sendNotFound },
  { path: '/meridian/p/cut-off-in-the-middle', code: 'CONNECTION_LOST', answer: breakOff },
  { path: '/stillwater/2026/06/the-page-that-never-comes', code: 'TIMEOUT', answer: keepWaiting },
]

const notFound =
  '<!DOCTYPE html><html lang="en"><head><title>Page not found</title></head><body><h1>Nothing here</h1><p>The page you asked for has moved or never was. Try the search.</p></body></html>'

export function sendNotFound(response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'text/html; charset=utf-8', 'content-length': Buffer.byteLength(notFound) })
  response.end(notFound)
}

/** Promises a body, sends a part of it, and hangs up. */
function breakOff(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-length': 60_000 })
  response.write('<!DOCTYPE html><html lang="en"><body><p>It began well, and then </p>'.padEnd(8_000), () =>
    response.destroy(),
  )
}

const patienceMs = 60_000

/** Says nothing for a minute and hangs up. Neither the timer nor the socket holds the process. */
function keepWaiting(response: ServerResponse): void {
  response.socket?.unref()
  const timer = setTimeout(() => response.destroy(), patienceMs).unref()
  response.once('close', () => clearTimeout(timer))
}
