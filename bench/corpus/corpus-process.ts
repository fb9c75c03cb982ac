import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type CorpusServerOptions, startCorpusServer } from './server.ts'

export interface ServedCorpus {
  /** The 48 of the demo. */
  readonly urls: readonly string[]
  /** Every page once, none that fails. */
  readonly pageUrls: readonly string[]
  /** Those of `urls` that fail, each with its code. */
  readonly expectedFailures: readonly (readonly [url: string, code: string])[]
}

/** The corpus served by a process of its own, so that serving takes no time of the event loop that is measured. */
export async function startCorpusProcess(options: CorpusServerOptions): Promise<ServedCorpus & AsyncDisposable> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(options)])
  const [served] = (await once(child, 'message')) as [ServedCorpus]
  return {
    ...served,
    async [Symbol.asyncDispose]() {
      const exited = once(child, 'exit')
      child.disconnect()
      await exited
    },
  }
}

const [, script, options] = process.argv
if (script === fileURLToPath(import.meta.url) && options !== undefined) {
  const server = await startCorpusServer(JSON.parse(options))
  const served: ServedCorpus = { ...server, expectedFailures: [...server.expectedFailures] }
  process.send?.({ urls: served.urls, pageUrls: served.pageUrls, expectedFailures: served.expectedFailures })
  // Whoever started this process may be killed: then there is nobody left to serve.
  process.once('disconnect', () => process.exit())
}
