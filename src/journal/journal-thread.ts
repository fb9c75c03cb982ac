import { Worker } from 'node:worker_threads'
import type { JournalCalls, JournalReply, JournalRequest } from '../../workers/journal/protocol.ts'
import { Failure } from '../core/failure.ts'
import { journalFile } from '../worker-files.ts'

/** Groups come and go: a young generation of 64 MB, as Node would have it, is nothing but memory that is taken. */
const resourceLimits = { maxYoungGenerationSizeMb: 6 }

interface Waiting {
  resolve(value: unknown): void
  reject(failure: Failure): void
}

/**
 * The thread that a journal is kept on. It is asked in order and answers in order. Once it has failed for good, everything fails the same.
 *
 * It keeps the process alive while something waits for its answer, and only then.
 */
export class JournalThread {
  readonly place: string
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  readonly #exited: Promise<void>
  #lastId = 0
  #failure: Failure | undefined
  #isClosing = false

  constructor(place: string, file: URL = journalFile) {
    this.place = place
    this.#worker = new Worker(file, { name: 'weft journal', resourceLimits })
    this.#worker.unref()
    this.#worker.on('message', (reply: JournalReply) => this.#settle(reply))
    this.#exited = new Promise((resolve) => {
      this.#worker.once('error', (error: Error) => this.fail(threadLost(place, error.message, error)))
      this.#worker.once('exit', (code) => {
        this.fail(threadLost(place, `exit code ${code}`))
        resolve()
      })
    })
  }

  /** Why nothing more can be recorded. */
  get failure(): Failure | undefined {
    return this.#failure
  }

  /** Fails everything that waits and everything to come. */
  fail(failure: Failure): void {
    this.#failure ??= failure
    for (const { reject } of this.#waiting.values()) reject(this.#failure)
    this.#waiting.clear()
    this.#rest()
  }

  call<N extends keyof JournalCalls>(
    call: N,
    args: Parameters<JournalCalls[N]>,
    transferred: readonly ArrayBuffer[] = [],
  ): Promise<ReturnType<JournalCalls[N]>> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    return new Promise<unknown>((resolve, reject) => {
      const id = ++this.#lastId
      if (this.#waiting.size === 0) this.#worker.ref()
      this.#waiting.set(id, { resolve, reject })
      const request: JournalRequest = { id, call, args }
      this.#worker.postMessage(request, transferred)
    }) as Promise<ReturnType<JournalCalls[N]>>
  }

  /** Ends the thread with its database closed, even where it has failed. */
  async close(): Promise<void> {
    const request: JournalRequest = { id: 0, call: 'close', args: [] }
    this.#isClosing = true
    this.#failure ??= new Failure('INVALID_INPUT', `the journal in ${this.place} is closed: open it again`)
    this.#worker.ref()
    this.#worker.postMessage(request)
    await this.#exited
  }

  /** Nothing waits: the process may end, unless the thread is just being closed. */
  #rest(): void {
    if (!this.#isClosing) this.#worker.unref()
  }

  #settle(reply: JournalReply): void {
    const waiting = this.#waiting.get(reply.id)
    this.#waiting.delete(reply.id)
    if (this.#waiting.size === 0) this.#rest()
    if (reply.ok) return waiting?.resolve(reply.value)
    const failure = Failure.fromRecord(reply.failure)
    waiting?.reject(failure)
    if (reply.isFatal) this.fail(failure)
  }
}

function threadLost(place: string, how: string, cause?: unknown): Failure {
  const message = `the thread of the journal in ${place} has ended (${how}): what was committed is safe, go on with the run in a new process`
  return new Failure('JOURNAL_FAILED', message, { details: { reason: 'THREAD_LOST' }, cause })
}
