import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { ModuleExports } from '../../../workers/exports.ts'
import { exportsFile } from '../../worker-files.ts'

/**
 * Names of the functions that a module exports, by loading it on a thread of its own, which ends then.
 *
 * @throws Error why it does not load, or not within `limitMs`
 */
export async function functionsOnThread(url: URL, limitMs: number): Promise<readonly string[]> {
  const worker = new Worker(exportsFile, { name: 'weft exports', workerData: url.href })
  const said = once(worker, 'message') as Promise<[ModuleExports]>
  // What it does there may never come to an end, or end the thread.
  const timer = setTimeout(() => worker.emit('error', tooSlow(limitMs)), limitMs)
  worker.once('exit', () => worker.emit('error', new Error('it ended its thread')))
  worker.on('error', () => {})
  try {
    const [answer] = await said
    if ('reason' in answer) throw new Error(answer.reason)
    return answer.functions
  } finally {
    clearTimeout(timer)
    await worker.terminate()
  }
}

/** The same on the event loop, where the module is to run: what it keeps busy cannot be ended. */
export async function functionsOnLoop(url: URL, limitMs: number): Promise<readonly string[]> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(tooSlow(limitMs)), limitMs)
  try {
    const exports = (await Promise.race([import(url.href), promise])) as Readonly<Record<string, unknown>>
    return Object.keys(exports).filter((name) => typeof exports[name] === 'function')
  } finally {
    clearTimeout(timer)
  }
}

function tooSlow(limitMs: number): Error {
  return new Error(`it took longer than ${limitMs} ms`)
}
