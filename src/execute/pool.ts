import type { Piscina } from 'piscina'
import type { WorkerReply } from '../../workers/protocol.ts'
import { Failure, messageOf } from '../core/failure.ts'
import type { WorkerTask } from '../core/task.ts'
import { transferList } from '../core/transfer.ts'
import { entryFile } from '../worker-files.ts'
import { Posting } from './posting.ts'
import type { Pool } from './terms.ts'

export interface PoolOptions {
  /** Most threads, and most tasks in flight: the lane in front of the pool sees to that. */
  readonly threads: number
  /** Limit on a thread's JavaScript heap, in MiB. */
  readonly heapLimitMb: number
  /** A thread that had nothing to do for so long is ended, in milliseconds. */
  readonly idleTimeoutMs: number
  /** How long a thread may take to start, in milliseconds. */
  readonly startTimeoutMs: number
}

/** How often a task is handed over again when the thread that it waited for did not start. */
const maxStarts = 3

/** Worker threads by Piscina, which is loaded and started when the first task comes. It never queues: our lanes do. */
export class ThreadPool implements Pool, AsyncDisposable {
  readonly #options: PoolOptions
  #piscina: Promise<Piscina> | undefined
  #closed = false
  /** Tasks that no thread has taken yet. */
  readonly #unposted = new Set<Posting>()

  constructor(options: PoolOptions) {
    this.#options = options
  }

  /** @throws Failure what the function threw, `WORKER_LOST`, `WORKER_MODULE`, `NOT_CLONEABLE`, `POOL_UNAVAILABLE` */
  async run<I, O>(task: WorkerTask<I, O>, input: I, signal: AbortSignal): Promise<O> {
    if (transferList(input).some((buffer) => buffer.detached)) {
      throw new Failure('NOT_CLONEABLE', `${task.export}: a buffer of the input was already moved to another thread`)
    }
    this.#piscina ??= this.#start()
    const piscina = await this.#piscina
    for (let starts = 1; ; starts += 1) {
      signal.throwIfAborted()
      if (this.#closed) throw new Failure('POOL_UNAVAILABLE', 'the pool is closed')
      const posting = new Posting(task, input)
      try {
        const reply = await this.#post(piscina, posting, signal)
        if (reply.ok) return reply.value as O
        throw Failure.fromRecord(reply.failure)
      } catch (thrown) {
        signal.throwIfAborted()
        if (!posting.stranded) throw poolFailure(thrown, task.export)
        if (starts === maxStarts) throw cannotStart(posting.strandedBy)
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    if (this.#piscina !== undefined) await (await this.#piscina).destroy()
  }

  async #post(piscina: Piscina, posting: Posting, signal: AbortSignal): Promise<WorkerReply> {
    this.#unposted.add(posting)
    const reply = piscina.run(posting.request, {
      signal: AbortSignal.any([signal, posting.withdrawn]),
      transferList: [...posting.transfers],
    })
    // Only a task whose thread has yet to start needs the watchdog.
    const watchdog = posting.posted
      ? undefined
      : setTimeout(() => posting.strand(this.#tooSlow()), this.#options.startTimeoutMs)
    posting.onPosted(() => {
      clearTimeout(watchdog)
      this.#unposted.delete(posting)
    })
    try {
      return await reply
    } finally {
      clearTimeout(watchdog)
      this.#unposted.delete(posting)
    }
  }

  #tooSlow(): Error {
    return new Error(
      `it took longer than ${this.#options.startTimeoutMs} ms (raise pool.startTimeoutMs if the machine is that busy)`,
    )
  }

  async #start(): Promise<Piscina> {
    const { threads, heapLimitMb, idleTimeoutMs } = this.#options
    const { Piscina } = await import('piscina')
    const piscina = new Piscina({
      filename: entryFile.href,
      minThreads: 0,
      maxThreads: threads,
      idleTimeout: idleTimeoutMs,
      // With atomics a thread sleeps between two tasks, and whatever a task left going on its loop (a socket, a timer) with it.
      atomics: 'disabled',
      recordTiming: false,
      resourceLimits: { maxOldGenerationSizeMb: heapLimitMb },
    })
    // Piscina says that a thread died without a task, and leaves the tasks that wait for that thread waiting.
    piscina.on('error', (error: unknown) => {
      for (const posting of this.#unposted) posting.strand(error)
    })
    return piscina
  }
}

function cannotStart(cause: unknown): Failure {
  return new Failure(
    'POOL_UNAVAILABLE',
    `no worker thread could be started in ${maxStarts} tries: ${messageOf(cause)}`,
    { cause },
  )
}

function poolFailure(thrown: unknown, name: string): Failure {
  if (Failure.is(thrown)) return thrown
  const cause = thrown instanceof Error ? thrown : new Error(messageOf(thrown))
  // A DOMException that ended its thread comes over with nothing but its stack, whose first line says what it was.
  const what = cause.message || (cause.stack?.split('\n')[0] ?? '')
  if (cause.name === 'DataCloneError' || what.startsWith('DataCloneError')) {
    const message = `${name}: its input or its result cannot be sent to another thread: ${what}`
    return new Failure('NOT_CLONEABLE', message, { cause })
  }
  const message = `the worker thread died while it ran ${name}: ${what}`
  return new Failure('WORKER_LOST', message, { retryable: true, cause })
}
