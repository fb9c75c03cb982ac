import { readFileSync, statSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { Failure, messageOf } from '../../core/failure.ts'
import type { TaskContext } from '../../core/task.ts'
import { worker } from '../../core/worker.ts'
import { hashOf } from './working.ts'

/** The user's module as it was when the job was made ready: its results are recorded under that hash. */
export interface ModuleCode {
  /** As the job names it. */
  readonly module: string
  readonly hash: string
  /** Of another content another one, so that a process which loaded the module before loads what it is now. */
  readonly url: URL
  /** @throws Failure `WORKER_MODULE` when its file is another one by now: a thread that loads it late would run other code */
  check(): void
}

export type Caller = (name: string, given: unknown, context: TaskContext) => unknown

/** @throws Error of the file system */
export function readModule(path: string, module: string): ModuleCode {
  let seen = stampOf(path)
  const hash = hashOf(readFileSync(path, 'utf8'))
  const url = pathToFileURL(path)
  url.searchParams.set('version', hash)
  const check = (): void => {
    const stamp = stampOf(path)
    if (stamp === seen) return
    const what =
      stamp === undefined ? 'is gone' : hashOf(readFileSync(path, 'utf8')) === hash ? undefined : 'was changed'
    if (what !== undefined) {
      throw new Failure(
        'WORKER_MODULE',
        `${module} ${what} since the run began: run the job again when it is as it should be`,
      )
    }
    seen = stamp
  }
  return { module, hash, url, check }
}

/** Cheap beside any call: a few microseconds. */
function stampOf(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats && `${stats.mtimeMs} ${stats.size}`
}

/** Runs exports of the module on worker threads. */
export function threadCaller({ module, url, check }: ModuleCode): Caller {
  const tasks = worker<Readonly<Record<string, (given: unknown) => unknown>>>(url)
  return async (name, given, context) => {
    check()
    try {
      return await context.call(tasks[name]!, given)
    } catch (thrown) {
      if (!Failure.is(thrown) || thrown.code !== 'WORKER_MODULE') throw thrown
      throw new Failure(thrown.code, thrown.message.replace(url.href, module), { cause: thrown })
    }
  }
}

/** Runs exports of the module on the event loop. */
export function loopCaller({ module, url, check }: ModuleCode): Caller {
  let loaded: Promise<Readonly<Record<string, unknown>>> | undefined
  return async (name, given, context) => {
    check()
    loaded ??= load(url, module)
    const exports = await loaded
    const found = Object.hasOwn(exports, name) ? exports[name] : undefined
    if (typeof found === 'function') return found(given, context)
    const known = Object.keys(exports).filter((one) => typeof exports[one] === 'function')
    throw new Failure('WORKER_MODULE', `${module} exports no function ${name}; it has ${known.join(', ') || 'none'}`)
  }
}

async function load(url: URL, module: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await import(url.href)
  } catch (cause) {
    throw new Failure('WORKER_MODULE', `${module} does not load: ${messageOf(cause)}`, { cause })
  }
}
