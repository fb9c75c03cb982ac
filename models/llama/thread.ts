import { Worker } from 'node:worker_threads'
import { messageEndpoint } from '../../src/core/message-endpoint.ts'
import type { HostApi, HostListener, HostThread } from '../../workers/llama/protocol.ts'
import type { Connection } from './connection.ts'
import { hostEnvironment } from './host-environment.ts'
import { inLastMoments } from './last-moments.ts'

/** How long the end of the program waits for llama.cpp to be done with the token at hand, in milliseconds. */
const lastWaitMs = 10_000

/** A host on a thread of our process: nothing is copied twice, and what kills it kills all. */
export async function startThread(module: URL, listener: HostListener): Promise<Connection> {
  const { expose, wrap } = await import('comlink')
  const ended = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(module, {
    name: 'weft models',
    env: hostEnvironment(),
    workerData: { ended } satisfies HostThread,
  })
  worker.unref()
  const gone = endOf(worker)
  const endpoint = messageEndpoint(worker, (message) => worker.postMessage(message))
  expose(listener, endpoint)
  const host = wrap<HostApi>(endpoint)

  // A thread that is ended while llama.cpp computes aborts the process, and `process.exit()` or an uncaught error end all threads. So the
  // last thing that this one does is to wait: the other needs nothing of us to stop.
  const forget = inLastMoments({
    begin: () => void host.close(),
    finish: () => void Atomics.wait(ended, 0, 0, lastWaitMs),
  })
  void gone.then(forget)

  return {
    host,
    gone,
    hold: () => worker.ref(),
    release: () => worker.unref(),
    close: async () => {
      worker.ref()
      void host.close()
      await gone
    },
  }
}

function endOf(worker: Worker): Promise<string> {
  return new Promise((resolve) => {
    worker.once('error', (error: Error) => resolve(error.message))
    worker.once('exit', (code) => resolve(`exit code ${code}`))
  })
}
