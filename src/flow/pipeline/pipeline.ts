import { Failure } from '../../core/failure.ts'
import type { Outcome } from '../../core/outcome.ts'
import type { FlatMapOptions, PipelineOptions, StepOptions } from '../../core/pipeline.ts'
import type { Progress, Source } from '../../core/run.ts'
import type { RunStatistics } from '../../core/statistics.ts'
import type { Pipeline, Task } from '../../core/task.ts'
import type { Collector } from '../items/collector.ts'
import { Outbox } from '../items/outbox.ts'
import { IteratedRun } from '../items/stream.ts'
import { LiveRun } from '../run/live-run.ts'
import type { Scope } from '../run/parts.ts'
import { AwaitedRun } from '../run/run-handle.ts'
import { PipelineCourse } from './course.ts'
import type { Fold, Part } from './parts.ts'
import { pipelinePlan } from './plan.ts'

/** Takes the items of a source through steps, each on its own. Starts when it is awaited or iterated. */
export function pipeline<I>(scope: Scope, source: Source<I>, options?: PipelineOptions): Pipeline<I, I> {
  return new BuiltPipeline<I, I>({ scope, source, options }, [])
}

/** What a pipeline begins with. */
interface Base {
  readonly scope: Scope
  readonly source: Source<unknown>
  readonly options: PipelineOptions | undefined
}

class BuiltPipeline<T, I> implements Pipeline<T, I> {
  readonly #base: Base
  readonly #parts: readonly Part[]
  /** Made when it is first needed: of most of these only the next one is built. */
  #made: { readonly run: LiveRun; readonly course: PipelineCourse } | undefined
  #awaited: AwaitedRun<Outcome<T, I>[]> | undefined
  #isIterated = false

  constructor(base: Base, parts: readonly Part[]) {
    this.#base = base
    this.#parts = parts
  }

  step<O>(name: string, task: Task<T, O>, options?: StepOptions<T>): Pipeline<O, I> {
    return this.#with({ kind: 'step', name, task, options } as Part)
  }

  filter(keep: (value: T) => unknown): Pipeline<never, I> {
    return this.#with({ kind: 'filter', keep } as Part)
  }

  flatMap<C>(task: Task<T, Iterable<C>>, options?: FlatMapOptions<T>): Pipeline<C, I | C> {
    return this.#with({ kind: 'flatMap', task, options } as Part)
  }

  batch(size: number): Pipeline<T[], I | T[]> {
    return this.#with({ kind: 'batch', size })
  }

  collect(): Pipeline<T[], I | T[]> {
    return this.#with({ kind: 'collect' })
  }

  reduce<A>(fold: (folded: A, value: T) => A, initial: A): Pipeline<A, I | A> {
    return this.#with({ kind: 'reduce', fold: fold as Fold, initial })
  }

  // biome-ignore lint/suspicious/noThenProperty: a pipeline is awaited for its outcomes, that is its contract
  then<A = Outcome<T, I>[], B = never>(
    onFulfilled?: ((outcomes: Outcome<T, I>[]) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    if (this.#isIterated) return Promise.reject(usedUp()).then(onFulfilled, onRejected)
    this.#awaited ??= this.#gather()
    return this.#awaited.then(onFulfilled, onRejected)
  }

  [Symbol.asyncIterator](): AsyncIterator<Outcome<T, I>, undefined> {
    if (this.#isIterated || this.#awaited !== undefined) throw usedUp()
    this.#isIterated = true
    const { run, course } = this.#live
    const outbox = new Outbox<T, I>(Number.POSITIVE_INFINITY, false, course.wake)
    course.into(outbox as unknown as Collector<unknown, unknown>)
    return new IteratedRun(run, outbox, this.#base.scope.parent?.attempt)[Symbol.asyncIterator]()
  }

  get id(): string {
    return this.#live.run.id
  }

  get signal(): AbortSignal {
    return this.#live.run.signal
  }

  get progress(): Progress {
    return this.#live.run.progress
  }

  get paused(): boolean {
    return this.#live.run.paused
  }

  cancel(reason?: string): void {
    this.#live.run.cancel(reason)
  }

  drain(reason?: string): void {
    this.#live.run.drain(reason)
  }

  pause(): void {
    this.#live.run.pause()
  }

  resume(): void {
    this.#live.run.resume()
  }

  stats(): RunStatistics {
    return this.#live.run.stats()
  }

  get #live(): { readonly run: LiveRun; readonly course: PipelineCourse } {
    if (this.#made === undefined) {
      const { scope, source, options } = this.#base
      const plan = pipelinePlan(scope, this.#parts, options)
      const run = new LiveRun(scope, plan.run)
      const course = new PipelineCourse(run, source, plan)
      this.#made = { run: run.take(course), course }
    }
    return this.#made
  }

  #gather(): AwaitedRun<Outcome<T, I>[]> {
    const { run, course } = this.#live
    const gathered = new Gathered()
    course.into(gathered)
    run.start()
    return new AwaitedRun(run, gathered.all as Promise<Outcome<T, I>[]>, this.#base.scope.parent?.attempt)
  }

  #with<U, J>(part: Part): Pipeline<U, J> {
    return new BuiltPipeline<U, J>(this.#base, [...this.#parts, part])
  }
}

class Gathered implements Collector<unknown, unknown> {
  readonly all: Promise<Outcome<unknown>[]>
  readonly held = 0
  readonly window = Number.POSITIVE_INFINITY
  readonly #outcomes: Outcome<unknown>[] = []
  readonly #settle: PromiseWithResolvers<Outcome<unknown>[]>

  constructor() {
    this.#settle = Promise.withResolvers()
    this.all = this.#settle.promise
  }

  deliver(outcome: Outcome<unknown>): void {
    this.#outcomes.push(outcome)
  }

  ended(broken: Failure | undefined): void {
    if (broken === undefined) this.#settle.resolve(this.#outcomes)
    else this.#settle.reject(broken)
  }
}

function usedUp(): Failure {
  return new Failure(
    'INVALID_INPUT',
    'a pipeline runs once: it was awaited or iterated before; build it anew with pipeline()',
  )
}
