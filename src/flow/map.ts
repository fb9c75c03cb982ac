import type { Failure } from '../core/failure.ts'
import type { Outcome } from '../core/outcome.ts'
import type { MapRun, RunOptions, Source } from '../core/run.ts'
import type { Task } from '../core/task.ts'
import type { Collector } from './collector.ts'
import { FlowRun } from './flow-run.ts'
import { mapJob } from './job.ts'
import type { RuntimeParts } from './parts.ts'
import { RunHandle } from './run-handle.ts'

/** Runs a task for every item of a source, as many at once as its lane allows, and gathers the outcomes in input order. */
export function map<I, O>(
  parts: RuntimeParts,
  source: Source<I>,
  task: Task<I, O>,
  options?: RunOptions<I>,
): MapRun<O, I> {
  const gathered = new Gathered<O, I>()
  const run = new FlowRun(parts, mapJob(parts, source, task, options), gathered)
  run.start()
  return new MapHandle(run, gathered.all)
}

class MapHandle<I, O> extends RunHandle<I, O> implements MapRun<O, I> {
  readonly #all: Promise<Outcome<O, I>[]>

  constructor(run: FlowRun<I, O>, all: Promise<Outcome<O, I>[]>) {
    super(run)
    this.#all = all
  }

  // biome-ignore lint/suspicious/noThenProperty: a run is awaited for its outcomes, that is its contract
  then<A = Outcome<O, I>[], B = never>(
    onFulfilled?: ((outcomes: Outcome<O, I>[]) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#all.then(onFulfilled, onRejected)
  }
}

class Gathered<O, I> implements Collector<O, I> {
  readonly all: Promise<Outcome<O, I>[]>
  readonly held = 0
  readonly window = Number.POSITIVE_INFINITY
  readonly #outcomes: Outcome<O, I>[] = []
  readonly #settle: PromiseWithResolvers<Outcome<O, I>[]>

  constructor() {
    this.#settle = Promise.withResolvers()
    this.all = this.#settle.promise
  }

  deliver(outcome: Outcome<O, I>): void {
    this.#outcomes[outcome.index] = outcome
  }

  ended(broken: Failure | undefined): void {
    if (broken === undefined) this.#settle.resolve(this.#outcomes)
    else this.#settle.reject(broken)
  }
}
