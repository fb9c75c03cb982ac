import { type WorkerTasks, worker } from './core/worker.ts'

// The one file that knows where worker modules lie. tsc does not rewrite these addresses: their extension is this file's own.
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'

function workerFile(name: string): URL {
  return new URL(`../workers/${name}.${extension}`, import.meta.url)
}

/** What runs on every pool thread. */
export const entryFile: URL = workerFile('entry')

/** What a model host runs, on a thread or in a process of its own. */
export const modelHostFile: URL = workerFile('model-host')

/** What says which functions a module of the user exports. */
export const exportsFile: URL = workerFile('exports')

/** What the thread of a journal runs. */
export const journalFile: URL = workerFile('journal')

/** weft's own work for the cpu lane. */
export const cpu: WorkerTasks<typeof import('../workers/read-page.ts')> = worker(workerFile('read-page'))

/** What the built-in models and the steps on top of them have the cpu lane do. */
export const text: WorkerTasks<typeof import('../workers/text.ts')> = worker(workerFile('text'))
