import { parentPort, workerData } from 'node:worker_threads'
import { type Endpoint, expose, type Remote, wrap } from 'comlink'
import { messageEndpoint } from '../src/core/message-endpoint.ts'
import { Host } from './llama/host.ts'
import { leaveWithParent } from './llama/leave-with-parent.ts'
import type { HostListener, HostThread } from './llama/protocol.ts'

// What the thread or the process of local models runs.

if (parentPort === null) {
  const end = (): void => process.disconnect()
  leaveWithParent(
    serve(
      messageEndpoint(process, (message) => process.send?.(message)),
      end,
    ),
  )
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
