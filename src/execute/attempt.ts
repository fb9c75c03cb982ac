import { Failure } from '../core/failure.ts'
import type { ProviderReport } from '../core/provider.ts'
import type { Resource } from '../core/resource.ts'
import type { BoundTask, CallOptions, InlineTask, Patterns, TaskContext } from '../core/task.ts'
import { checkedUsage, type Usage } from '../core/usage.ts'
import { adopted, isPromise } from './adopted.ts'
import { callLimitMs } from './call-limit.ts'
import { startCall } from './calling.ts'
import type { Resources } from './resources.ts'
import type { Child, OwnedTask, Owner, ParentAttempt } from './terms.ts'
import { Ties } from './ties.ts'

/** The task that an attempt belongs to, as the attempt sees it. */
export interface AttemptHost<I, O> extends OwnedTask {
  readonly owner: Owner<I, O>
  readonly bookedAt: number
  /** The function that was called then has returned: its result, or a promise of it. */
  returned(calledAt: number): void
  fulfilled(attempt: Attempt<I, O>, value: O): void
  rejected(attempt: Attempt<I, O>, thrown: unknown): void
  addUsage(usage: Partial<Usage>): void
  /** What a call used, whose own lane has counted it. */
  addForeignUsage(usage: Usage): void
  /** @param mark of the attempt that was told */
  report(report: ProviderReport, mark: number): void
  readonly resources: Resources
  /** Gives the lease back: it waits for workers or for child runs. */
  suspend(): void
  /** A worker has begun or ended for it. */
  countWorker(change: 1 | -1): void
  /** All that it waited for has ended: asks for the lease again, and calls `resumed`. */
  resume(): void
}

/**
 * One attempt, and the context that its function sees. Every attempt has its own, so that a function that runs on after its
 * attempt was given up cannot act in the name of the next one.
 */
export class Attempt<I, O> implements TaskContext, ParentAttempt {
  /** 1 for the first. */
  readonly attempt: number
  /** How many had begun on its lane when it did, itself included. */
  readonly mark: number
  readonly #host: AttemptHost<I, O>
  #controller: AbortController | undefined
  isOver = false
  /** Why it was given up, when it was. */
  #reason: Failure | undefined
  #patterns: Patterns | undefined
  /** Made when it is first needed: most attempts start nothing. */
  #ties: Ties | undefined

  constructor(host: AttemptHost<I, O>, attempt: number, mark: number) {
    this.#host = host
    this.attempt = attempt
    this.mark = mark
  }

  begin(work: InlineTask<I, O>, input: I): void {
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

  get isFlight(): boolean {
    return this.#host.isFlight
  }

  // Made on demand: most tasks never look at it.
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.isOver) this.#controller.abort(this.#whyOver())
    }
    return this.#controller.signal
  }

  get run(): Patterns {
    this.#patterns ??= this.#host.owner.patterns(this)
    return this.#patterns
  }

  get over(): Failure | undefined {
    return this.isOver ? this.#whyOver() : undefined
  }

  /** Whether a worker computes for it now. */
  get onWorker(): boolean {
    return this.#ties?.onWorker === true
  }

  /** Whether it waits for workers, not for child runs alone. */
  get calling(): boolean {
    return this.#ties?.isCalling === true
  }

  addUsage(usage: Partial<Usage>): void {
    if (!this.isOver) this.#host.addUsage(checkedUsage(usage, 'INVALID_INPUT', 'context.addUsage'))
  }

  report(report: ProviderReport): void {
    if (!this.isOver) this.#host.report(report, this.mark)
  }

  async open<R extends AsyncDisposable>(resource: Resource<R>): Promise<R> {
    return this.isOver ? Promise.reject(this.#whyOver()) : this.#host.resources.open(resource)
  }

  waitFor<T>(promise: PromiseLike<T>): Promise<T> {
    const { rests, goesOn } = this.#host.owner
    if (!this.isOver) rests?.()
    const awaited = this.awaiting(Promise.resolve(promise))
    return goesOn === undefined ? awaited : awaited.finally(goesOn)
  }

  call<CI, CO>(task: BoundTask<CI, CO>, input: CI, options?: CallOptions): Promise<CO> {
    const called = this.isOver ? Promise.reject(this.#whyOver()) : this.#called(task, input, options)
    // Its caller may be gone before it looks: that must not end the process. Who awaits the call sees the failure all the same.
    called.catch(() => {})
    return called
  }

  async #called<CI, CO>(task: BoundTask<CI, CO>, input: CI, options: CallOptions | undefined): Promise<CO> {
    const timeoutMs = callLimitMs(task, options)
    const caller = {
      host: this.#host,
      ties: this.#tied,
      over: () => this.over,
      deliver: (delivery: () => void) => this.#deliver(delivery),
    }
    this.#suspend()
    return startCall(caller, { task, input, timeoutMs })
  }

  adopt(child: Child): void {
    this.#tied.adopt(child)
    // Nothing is reserved any more for an attempt that is over; its child will be refused.
    if (!this.isOver) this.#host.owner.delegates(this.#host)
  }

  release(child: Child): void {
    this.#ties?.release(child)
  }

  awaiting<T>(promise: Promise<T>): Promise<T> {
    if (this.isOver) return promise
    this.#suspend()
    return new Promise((resolve, reject) => {
      promise.then(
        (value) => this.#deliver(() => resolve(value)),
        (thrown) => this.#deliver(() => reject(thrown)),
      )
    })
  }

  /** The lease is held again: the awaits go on. */
  resumed(): void {
    this.#ties?.deliver()
  }

  /** The function has ended. What it had started and not waited for is stopped. */
  finish(): void {
    this.isOver = true
    this.#stopOthers()
  }

  /** The attempt is given up, although its function may go on. */
  abandon(reason: Failure): void {
    this.isOver = true
    this.#reason = reason
    this.#stopOthers()
    this.#controller?.abort(reason)
  }

  #stopOthers(): void {
    if (this.#ties === undefined) return
    for (const call of this.#ties.calls) call.cancel(this.#whyOver())
    for (const child of this.#ties.children) child.cancel(this.#whyOver().message)
    this.resumed()
  }

  get #tied(): Ties {
    this.#ties ??= new Ties()
    return this.#ties
  }

  #whyOver(): Failure {
    this.#reason ??= new Failure('CANCELLED', `${this.#host.name} had already ended`)
    return this.#reason
  }

  #suspend(): void {
    const ties = this.#tied
    this.#host.suspend()
    ties.await()
  }

  #deliver(delivery: () => void): void {
    if (this.#tied.came(delivery, this.isOver)) this.#host.resume()
  }
}

/** The attempt that a context belongs to, as its child runs see it. */
export function parentOf(context: TaskContext): ParentAttempt {
  if (context instanceof Attempt) return context
  throw new Failure('INVALID_INPUT', 'expected the context that the task was given')
}
