import type { GraphInput, GraphRun, Plan } from '../core/graph.ts'
import type { MapOptions, MapRun, RunOptions, Source, StreamOptions, StreamRun } from '../core/run.ts'
import type { Patterns, Task } from '../core/task.ts'
import { graph, planOf } from './graph/run.ts'
import { map } from './map.ts'
import type { Scope } from './parts.ts'
import { stream } from './stream.ts'

/** All patterns in one scope: of the runtime, or of an attempt whose child runs they start. */
export class ScopedPatterns implements Patterns {
  readonly #scope: Scope

  constructor(scope: Scope) {
    this.#scope = scope
  }

  map<I, O>(source: Source<I>, task: Task<I, O>, options?: MapOptions<I>): MapRun<O, I> {
    return map(this.#scope, source, task, options)
  }

  stream<I, O>(source: Source<I>, task: Task<I, O>, options?: StreamOptions<I>): StreamRun<O, I> {
    return stream(this.#scope, source, task, options)
  }

  graph<const T extends GraphInput>(input: T, options?: RunOptions): GraphRun<T> {
    return graph(this.#scope, input, options)
  }

  plan(input: GraphInput): Plan {
    return planOf(this.#scope, input)
  }
}
