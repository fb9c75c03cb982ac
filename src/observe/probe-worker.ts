import { Worker } from 'node:worker_threads'
import { Failure } from '../core/failure.ts'

/** Starts one worker thread, waits for its first message, ends it. Resolves to the time that took, in milliseconds. */
export async function probeWorker(limitMs: number): Promise<number> {
  const startedMs = performance.now()
  const worker = startWorker()
  try {
    await firstMessage(worker, limitMs)
    return performance.now() - startedMs
  } finally {
    await worker.terminate()
  }
}

/** Valid as CommonJS and as a module: a worker inherits the flags of the process, and one of them decides which it is. */
const script = "import('node:worker_threads').then(({ parentPort }) => parentPort.postMessage('ready'))"

function startWorker(): Worker {
  try {
    return new Worker(script, { eval: true })
  } catch (error) {
    throw unavailable('no worker thread can be started', error)
  }
}

function firstMessage(worker: Worker, limitMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(unavailable(`a worker thread did not start within ${limitMs} ms`)), limitMs)
    worker.once('message', () => {
      clearTimeout(timer)
      resolve()
    })
    worker.once('error', (error) => {
      clearTimeout(timer)
      reject(unavailable('a worker thread broke while it started', error))
    })
    worker.once('exit', (code) => {
      clearTimeout(timer)
      reject(unavailable(`a worker thread ended with code ${code} while it started`))
    })
  })
}

function unavailable(message: string, cause?: unknown): Failure {
  const reason = cause instanceof Error ? `: ${cause.message}` : ''
  return new Failure('POOL_UNAVAILABLE', message + reason, { cause })
}
