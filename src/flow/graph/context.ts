import type { TaskHandle } from '../../core/graph.ts'
import type { GraphContext } from '../../core/graph-task.ts'
import type { Outcome } from '../../core/outcome.ts'
import type { ProviderReport } from '../../core/provider.ts'
import type { Resource } from '../../core/resource.ts'
import type { BoundTask, CallOptions, Patterns, TaskContext } from '../../core/task.ts'
import type { Usage } from '../../core/usage.ts'

/** Adds tasks to the graph that one attempt of its tasks belongs to. */
export type Spawn = <O>(name: string, handle: TaskHandle<O>) => PromiseLike<Outcome<O>>

export type SpawnFrom = <O>(context: TaskContext, name: string, handle: TaskHandle<O>) => PromiseLike<Outcome<O>>

/** What an attempt of a graph's task is given: the context of any attempt, and `spawn`. */
export class NodeContext implements GraphContext {
  readonly #context: TaskContext
  readonly #spawnFrom: SpawnFrom
  #spawn: Spawn | undefined

  constructor(context: TaskContext, spawnFrom: SpawnFrom) {
    this.#context = context
    this.#spawnFrom = spawnFrom
  }

  // Made on demand, as it may be taken out of its context: most tasks never look at it.
  get spawn(): Spawn {
    this.#spawn ??= (name, handle) => this.#spawnFrom(this.#context, name, handle)
    return this.#spawn
  }

  get id(): string {
    return this.#context.id
  }

  get index(): number {
    return this.#context.index
  }

  get attempt(): number {
    return this.#context.attempt
  }

  get signal(): AbortSignal {
    return this.#context.signal
  }

  get run(): Patterns {
    return this.#context.run
  }

  call<I, O>(task: BoundTask<I, O>, input: I, options?: CallOptions): Promise<O> {
    return this.#context.call(task, input, options)
  }

  addUsage(usage: Partial<Usage>): void {
    this.#context.addUsage(usage)
  }

  report(report: ProviderReport): void {
    this.#context.report(report)
  }

  open<R extends AsyncDisposable>(resource: Resource<R>): Promise<R> {
    return this.#context.open(resource)
  }

  waitFor<T>(promise: PromiseLike<T>): Promise<T> {
    return this.#context.waitFor(promise)
  }
}
