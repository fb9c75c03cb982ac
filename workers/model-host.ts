import { Console } from 'node:console'
import { parentPort, workerData } from 'node:worker_threads'
import { type Endpoint, expose, type Remote, wrap } from 'comlink'
import { messageEndpoint } from '../src/core/message-endpoint.ts'
import { Host } from './llama/host.ts'
import { leaveWithParent } from './llama/leave-with-parent.ts'
import type { HostListener, HostThread } from './llama/protocol.ts'

// What the thread or the process of local models runs.

// Whatever a library prints there is none of the program's output.
globalThis.console = new Console(process.stderr)

if (parentPort === null) {
  // A parent that is gone is no error: see `leaveWithParent`.
  const post = (message: unknown): void => {
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined)
  }
  const end = (): void => {
    if (process.connected) process.disconnect()
  }
  leaveWithParent(serve(messageEndpoint(process, post), end))
} else {
  const port = parentPort
  serve(
    messageEndpoint(port, (message) => port.postMessage(message)),
    () => {
      tellEnded(workerData as HostThread)
      port.close()
    },
  )
}

function serve(endpoint: Endpoint, end: () => void): Host {
  const remote: Remote<HostListener> = wrap<HostListener>(endpoint)
  const host = new Host(
    { begun: (id) => void remote.begun(id), delta: (id, delta) => void remote.delta(id, delta) },
    end,
  )
  expose(host, endpoint)
  return host
}

/** The main thread may be waiting for this in its last moments, when it cannot be sent a message any more. */
function tellEnded({ ended }: HostThread): void {
  Atomics.store(ended, 0, 1)
  Atomics.notify(ended, 0)
}
