import * as v from 'valibot'
import { Failure } from '../core/failure.ts'
import { parseOptions } from '../core/options.ts'
import type { Outcome } from '../core/outcome.ts'
import { type CallOptions, type InlineTask, isWorkerTask, type TaskContext, type WorkerTask } from '../core/task.ts'
import type { Usage } from '../core/usage.ts'
import type { CallRequest, OwnedTask } from './terms.ts'

const callOptions = v.strictObject({
  timeoutMs: v.optional(v.pipe(v.number(), v.gtValue(0)), Number.POSITIVE_INFINITY),
})

/** The task that an attempt belongs to, as the attempt sees it. */
export interface AttemptHost<I, O> {
  readonly id: string
  readonly name: string
  readonly index: number
  readonly bookedAt: number
  /** The function that was called then has returned: its result, or a promise of it. */
  returned(calledAt: number): void
  fulfilled(attempt: Attempt<I, O>, value: O): void
  rejected(attempt: Attempt<I, O>, thrown: unknown): void
  addUsage(usage: Partial<Usage>): void
  startCall<CI, CO>(request: CallRequest<CI, CO>): OwnedTask
  /** Gives the lease back: workers are to run for it. */
  suspend(): void
  /** A worker has begun or ended for it. */
  countWorker(change: 1 | -1): void
  /** All its calls have ended: asks for the lease again, and calls `resumed`. */
  resume(): void
}

/**
 * One attempt, and the context that its function sees. Every attempt has its own, so that a function that runs on after its
 * attempt was given up cannot act in the name of the next one.
 */
export class Attempt<I, O> implements TaskContext {
  /** 1 for the first. */
  readonly attempt: number
  readonly #host: AttemptHost<I, O>
  #controller: AbortController | undefined
  #over = false
  /** Why it was given up, when it was. */
  #reason: Failure | undefined
  /** Workers that run, or wait, for this attempt. */
  #calls: Set<OwnedTask> | undefined
  /** Hands over the results that wait for the lease. */
  #undelivered: (() => void)[] | undefined

  constructor(host: AttemptHost<I, O>, attempt: number) {
    this.#host = host
    this.attempt = attempt
  }

  run(work: InlineTask<I, O>, input: I): void {
    const host = this.#host
    const calledAt = host.bookedAt
    let result: O | Promise<O>
    try {
      result = adopted(work(input, this))
    } catch (thrown) {
      host.returned(calledAt)
      return host.rejected(this, thrown)
    }
    host.returned(calledAt)
    if (isPromise(result)) {
      result.then(
        (value) => host.fulfilled(this, value),
        (thrown) => host.rejected(this, thrown),
      )
    } else host.fulfilled(this, result)
  }

  get id(): string {
    return this.#host.id
  }

  get index(): number {
    return this.#host.index
  }

  // Made on demand: most tasks never look at it.
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#over) this.#controller.abort(this.#whyOver())
    }
    return this.#controller.signal
  }

  addUsage(usage: Partial<Usage>): void {
    if (!this.#over) this.#host.addUsage(usage)
  }

  call<CI, CO>(task: WorkerTask<CI, CO>, input: CI, options?: CallOptions): Promise<CO> {
    const called = this.#over ? Promise.reject(this.#whyOver()) : this.#startCall(task, input, options)
    // Its caller may be gone before it looks: that must not end the process. Who awaits the call sees the failure all the same.
    called.catch(() => {})
    return called
  }

  async #startCall<CI, CO>(task: WorkerTask<CI, CO>, input: CI, options: CallOptions | undefined): Promise<CO> {
    if (!isWorkerTask(task)) throw new Failure('INVALID_INPUT', 'context.call: expected a worker task: see worker()')
    const { timeoutMs } = parseOptions(callOptions, options, 'context.call')
    this.#calls ??= new Set()
    const calls = this.#calls
    const { promise, resolve, reject } = Promise.withResolvers<CO>()
    let counted = false
    const started = (): void => {
      counted = true
      this.#host.countWorker(1)
    }
    const settled = (call: OwnedTask, outcome: Outcome<CO, CI>): void => {
      if (counted) this.#host.countWorker(-1)
      calls.delete(call)
      this.#deliver(() => {
        if (outcome.status === 'done') resolve(outcome.value)
        else reject(this.#over ? this.#whyOver() : failureOf(outcome))
      })
    }
    this.#host.suspend()
    calls.add(this.#host.startCall({ task, input, timeoutMs, caller: { started, settled } }))
    return promise
  }

  /** The lease is held again: the awaits go on. */
  resumed(): void {
    const deliveries = this.#undelivered ?? []
    this.#undelivered = undefined
    for (const deliver of deliveries) deliver()
  }

  /** The function has ended. What it had called and not waited for is stopped. */
  finish(): void {
    this.#over = true
    this.#stopCalls()
  }

  /** The attempt is given up, although its function may go on. */
  abandon(reason: Failure): void {
    this.#over = true
    this.#reason = reason
    this.#stopCalls()
    this.#controller?.abort(reason)
  }

  #stopCalls(): void {
    if (this.#calls === undefined) return
    for (const call of this.#calls) call.cancel(this.#whyOver())
    this.resumed()
  }

  #whyOver(): Failure {
    this.#reason ??= new Failure('CANCELLED', `${this.#host.name} had already ended`)
    return this.#reason
  }

  /** The last call of several brings the lease back; the others find their caller still waiting, without one. */
  #deliver(delivery: () => void): void {
    if (this.#over || this.#calls!.size > 0) return delivery()
    this.#undelivered ??= []
    this.#undelivered.push(delivery)
    this.#host.resume()
  }
}

function failureOf(outcome: Outcome<unknown>): Failure {
  if (outcome.status === 'failed') return outcome.failure
  if (outcome.status === 'skipped') return outcome.cause
  return new Failure('CANCELLED', outcome.status === 'cancelled' ? outcome.reason : 'the call was cancelled')
}

/** A promise as it is, any other thenable as a promise: that adopts it whatever it does, and calls back once. */
function adopted<T>(result: T | PromiseLike<T>): T | Promise<T> {
  if (isPromise(result) || (typeof result !== 'object' && typeof result !== 'function') || result === null)
    return result
  return 'then' in result ? Promise.resolve(result) : (result as T)
}

function isPromise<T>(result: T | PromiseLike<T>): result is Promise<T> {
  return result instanceof Promise
}
