import type { GraphInput, GraphRun, Plan } from '../core/graph.ts'
import type {
  AnyResult,
  BestOfOptions,
  BestOfResult,
  ContestOptions,
  FanOutResult,
  Grid,
  Point,
  QuorumResult,
  RaceResult,
  RunOf,
} from '../core/patterns.ts'
import type { PipelineOptions } from '../core/pipeline.ts'
import type { MapOptions, MapRun, RunOptions, Source, StreamOptions, StreamRun } from '../core/run.ts'
import type { CheckedFanOut, FanOut, Patterns, Pipeline, Score, Task } from '../core/task.ts'
import { fanOut } from './fan-out/fan-out.ts'
import { graph, planOf } from './graph/run.ts'
import { bestOf } from './items/best-of.ts'
import { any, firstOf, race } from './items/contest.ts'
import { map } from './items/map.ts'
import { stream } from './items/stream.ts'
import { sweep } from './items/sweep.ts'
import { pipeline } from './pipeline/pipeline.ts'
import type { Scope } from './run/parts.ts'

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

  race<I, O>(source: Source<I>, task: Task<I, O>, options?: ContestOptions<I>): RunOf<RaceResult<O, I>> {
    return race(this.#scope, source, task, options)
  }

  any<I, O>(source: Source<I>, task: Task<I, O>, options?: ContestOptions<I>): RunOf<AnyResult<O, I>> {
    return any(this.#scope, source, task, options)
  }

  quorum<I, O>(
    count: number,
    source: Source<I>,
    task: Task<I, O>,
    options?: ContestOptions<I>,
  ): RunOf<QuorumResult<O, I>> {
    return firstOf(this.#scope, count, source, task, options)
  }

  bestOf<O>(count: number, task: Task<number, O>, score: Score<O>, options?: BestOfOptions): RunOf<BestOfResult<O>> {
    return bestOf(this.#scope, count, task, score, options)
  }

  sweep<const G extends Grid, O>(
    grid: G,
    task: Task<Point<G>, O>,
    options?: MapOptions<Point<G>>,
  ): MapRun<O, Point<G>> {
    return sweep(this.#scope, grid, task, options)
  }

  fanOut<G, S, O, R>(goal: G, plan: FanOut<G, S, O, R> | CheckedFanOut<G, S, O, R>): RunOf<FanOutResult<R, G, O, S>> {
    return fanOut(this.#scope, goal, plan)
  }

  graph<const T extends GraphInput>(input: T, options?: RunOptions): GraphRun<T> {
    return graph(this.#scope, input, options)
  }

  plan(input: GraphInput): Plan {
    return planOf(this.#scope, input)
  }

  pipeline<I>(source: Source<I>, options?: PipelineOptions): Pipeline<I, I> {
    return pipeline(this.#scope, source, options)
  }
}
