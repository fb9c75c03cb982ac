import type { Grid, Point } from '../../core/patterns.ts'
import type { MapOptions, MapRun } from '../../core/run.ts'
import type { Task } from '../../core/task.ts'
import type { Scope } from '../run/parts.ts'
import { AwaitedRun } from '../run/run-handle.ts'
import { Points } from './grid.ts'
import { gather, itemPlan, parseMapOptions } from './map.ts'

/** Runs a task for every point of a grid, and gathers the outcomes in the order of nested loops. */
export function sweep<const G extends Grid, O>(
  scope: Scope,
  grid: G,
  task: Task<Point<G>, O>,
  options?: MapOptions<Point<G>>,
): MapRun<O, Point<G>> {
  let points: Iterable<Point<G>> = []
  const plan = itemPlan(scope, 'sweep', task, () => {
    points = new Points(grid, 'sweep')
    return parseMapOptions(options, 'sweep')
  })
  const { run, outcomes } = gather(scope, points, plan)
  return new AwaitedRun(run, outcomes, scope.parent?.attempt)
}
