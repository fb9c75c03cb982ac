import { Failure } from './failure.ts'
import type { WorkerTask } from './task.ts'

/**
 * Turns a module into typed worker tasks, one for each function it exports:
 *
 *     const maths = worker<typeof import('./maths.ts')>(new URL('./maths.ts', import.meta.url))
 *     await weft.map([30, 31, 32], maths.fibonacci)
 *
 * The function takes one input and returns its value or a promise of it; both are cloned to and from the thread, buffers
 * named with `transfer` are moved. Nothing is loaded here: a module that does not load fails its tasks with `WORKER_MODULE`.
 *
 * @param module address of the module, a `file:` URL
 * @throws Failure `INVALID_INPUT` for any other address
 */
export function worker<M extends object>(module: URL): WorkerTasks<M> {
  if (!(module instanceof URL) || module.protocol !== 'file:') {
    throw new Failure(
      'INVALID_INPUT',
      `worker: expected a file: URL, new URL('./x.ts', import.meta.url), got ${module}`,
    )
  }
  const tasks = new Map<string, WorkerTask<unknown, unknown>>()
  return new Proxy(Object.freeze({}) as WorkerTasks<M>, {
    get(_, name) {
      // A promise is recognised by its `then`: awaiting these tasks must not take them for one.
      if (typeof name === 'symbol' || name === 'then') return undefined
      let task = tasks.get(name)
      if (task === undefined) {
        task = Object.freeze({ kind: 'worker-task', module: module.href, export: name })
        tasks.set(name, task)
      }
      return task
    },
  })
}

/** The functions of a module as worker tasks; its other exports are left out. */
export type WorkerTasks<M> = {
  readonly [K in keyof M as M[K] extends WorkerFunction ? K : never]: M[K] extends WorkerFunction
    ? WorkerTask<Parameters<M[K]>[0], Awaited<ReturnType<M[K]>>>
    : never
}

// biome-ignore lint/suspicious/noExplicitAny: the one place where "a function of whatever input" must be said; `never` would refuse no module, but would infer no input either
type WorkerFunction = (input: any) => unknown
