import type { Outcome } from '../../core/outcome.ts'
import type { ParentAttempt } from '../../execute/terms.ts'
import type { LiveRun } from '../run/live-run.ts'
import { awaitCycle } from './faults.ts'
import type { GraphNode } from './graph.ts'
import { type NodeRun, wayTo } from './node-run.ts'

/** A task that another one has spawned. Awaiting it gives its outcome; the lease of who awaits is free until then. */
export class Spawned<O> implements PromiseLike<Outcome<O>> {
  readonly #spawner: NodeRun
  readonly #attempt: ParentAttempt
  readonly #spawned: NodeRun
  readonly #outcome: Promise<Outcome<O>>
  readonly #runOf: (node: GraphNode) => NodeRun
  readonly #run: LiveRun
  #awaited: Promise<Outcome<O>> | undefined

  constructor(
    spawner: NodeRun,
    attempt: ParentAttempt,
    spawned: NodeRun,
    outcome: Promise<Outcome<O>>,
    runOf: (node: GraphNode) => NodeRun,
    run: LiveRun,
  ) {
    this.#spawner = spawner
    this.#attempt = attempt
    this.#spawned = spawned
    this.#outcome = outcome
    this.#runOf = runOf
    this.#run = run
  }

  // biome-ignore lint/suspicious/noThenProperty: it is awaited for its outcome, that is its contract
  then<A = Outcome<O>, B = never>(
    onFulfilled?: ((outcome: Outcome<O>) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#awaited ??= this.#await()
    return this.#awaited.then(onFulfilled, onRejected)
  }

  #await(): Promise<Outcome<O>> {
    if (this.#spawned.outcome !== undefined) return this.#outcome
    const way = wayTo(this.#spawned, this.#spawner, this.#runOf)
    if (way !== undefined) return Promise.reject(awaitCycle(way))
    this.#spawner.awaits ??= new Set()
    this.#spawner.awaits.add(this.#spawned)
    const aside = this.#run.places.stepAside(this.#attempt)
    const child = { cancel: () => aside.admit() }
    this.#attempt.adopt(child)
    const awaited = this.#attempt.awaiting(this.#outcome.finally(() => aside.back()))
    this.#run.wake()
    return awaited.finally(() => this.#attempt.release(child))
  }
}
