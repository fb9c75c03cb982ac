import './output.ts'
import { parentPort, workerData } from 'node:worker_threads'
import { messageOf } from '../src/core/failure.ts'

/** Which functions a module exports, or why it does not load: it is loaded where nothing that it does can hold up or end the process. */
export type ModuleExports = { readonly functions: readonly string[] } | { readonly reason: string }

async function exportsOf(module: string): Promise<ModuleExports> {
  try {
    const exports = (await import(module)) as Readonly<Record<string, unknown>>
    return { functions: Object.keys(exports).filter((name) => typeof exports[name] === 'function') }
  } catch (thrown) {
    return { reason: messageOf(thrown) }
  }
}

parentPort?.postMessage(await exportsOf(workerData as string))
