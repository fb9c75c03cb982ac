import * as v from 'valibot'
import type { GraphInput, GraphOutcomes, GraphRun, Plan } from '../../core/graph.ts'
import { parseOptions } from '../../core/options.ts'
import type { RunOptions } from '../../core/run.ts'
import { LiveRun } from '../run/live-run.ts'
import type { Scope } from '../run/parts.ts'
import { AwaitedRun } from '../run/run-handle.ts'
import { planned, type RunPlan, runEntries, runPlan } from '../run/run-plan.ts'
import { GraphCourse } from './course.ts'
import { Graph } from './graph.ts'
import { plan } from './plan.ts'
import { readGraph } from './read.ts'
import { expectedMsOf } from './task-options.ts'

const graphSchema = v.strictObject(runEntries)

/** Runs the tasks of a graph, each as soon as all it needs is done, and gives an outcome for each name. Starts now. */
export function graph<const T extends GraphInput>(scope: Scope, input: T, options?: RunOptions): GraphRun<T> {
  const { run, read } = planned(
    scope,
    'graph',
    () => ({
      run: runPlan(parseOptions(graphSchema, options, 'graph') as RunOptions, 'graph'),
      read: readGraph(input),
    }),
    (run: RunPlan) => ({ run, read: new Graph() }),
  )
  const { promise, resolve, reject } = Promise.withResolvers<GraphOutcomes<T>>()
  const live = new LiveRun(scope, run)
  const counted = run.budget !== undefined || scope.parent?.run.budget !== undefined
  const course = new GraphCourse(live, read, counted, (outcomes, broken) => {
    if (broken === undefined) resolve(outcomes as GraphOutcomes<T>)
    else reject(broken)
  })
  live.take(course).start()
  return new AwaitedRun(live, promise, scope.parent?.attempt)
}

/**
 * What is to be expected of a graph, without running it.
 *
 * @throws Failure what `graph` rejects with
 */
export function planOf({ parts }: Scope, input: GraphInput): Plan {
  return plan(readGraph(input), {
    expectedMs: ({ handle }) => expectedMsOf(handle, parts.expectations),
    slots: (lane) => parts.lane(lane).capacity,
  })
}
