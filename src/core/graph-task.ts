import type { TaskHandle } from './graph.ts'
import type { Outcome } from './outcome.ts'
import type { BoundTask, TaskContext } from './task.ts'

/** What a task of a graph runs: a function on the event loop, or a task with a lane of its own. `I` is the record of its needs' values, or what `input` makes of it. */
export type GraphWork<I, O> = GraphFunction<I, O> | BoundTask<I, O>

export type GraphFunction<I, O> = (input: I, context: GraphContext) => O | PromiseLike<O>

/** What one attempt of a graph's task is given beside its input. */
export interface GraphContext extends TaskContext {
  /**
   * Adds a task to the graph that is running. It may need any task that is in the graph, ended ones included, but what runs cannot wait for
   * what needs it. Awaiting gives its outcome. An attempt that
   * spawns under the same name as one before it, of the same task, gets what that one has spawned.
   *
   * @throws Failure what `graph` itself rejects with (then nothing was added), and `CANCELLED` when the graph or the attempt is over.
   *   Awaiting rejects with `GRAPH_CYCLE` when what is awaited waits for this very task.
   */
  spawn<O>(name: string, handle: TaskHandle<O>): PromiseLike<Outcome<O>>
}
