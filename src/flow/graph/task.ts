import { Failure } from '../../core/failure.ts'
import type { GraphTaskOptions, Need, Needs, NeedValues, NoNeeds, OptionalNeed, TaskHandle } from '../../core/graph.ts'
import type { GraphWork } from '../../core/graph-task.ts'
import { parseOptions } from '../../core/options.ts'
import { laneOf } from '../../core/task.ts'
import { taskOptions } from './task-options.ts'

/**
 * A task for `graph`: what it runs, what it needs, and how.
 *
 *     const markets = task(researchMarkets, { lane: 'api' })
 *     const report = task({ needs: { markets, rivals: optional(rivals) } }, ({ markets, rivals }) => write(markets, rivals))
 *     const later = task({ needs: ['markets', optional('rivals')] }, (needs) => …)      // names are looked up by `graph`
 *
 * The work gets the values of its needs by key (a worker task too), or what `input` makes of them.
 *
 * @throws Failure `INVALID_OPTION`, and `INVALID_INPUT` for what is no work or no need
 */
export function task<I, O>(
  work: GraphWork<I, O>,
  options: GraphTaskOptions<I> & { readonly input: (needs: NoNeeds) => I },
): TaskHandle<O>
export function task<O>(work: GraphWork<NoNeeds, O>, options?: GraphTaskOptions<NoNeeds>): TaskHandle<O>
export function task<const N extends Needs, I, O>(
  options: GraphTaskOptions<I> & { readonly needs: N; readonly input: (needs: NeedValues<N>) => I },
  work: GraphWork<I, O>,
): TaskHandle<O>
export function task<const N extends Needs, O>(
  options: GraphTaskOptions<NeedValues<N>> & { readonly needs: N },
  work: GraphWork<NeedValues<N>, O>,
): TaskHandle<O>
export function task(first: unknown, second?: unknown): TaskHandle<unknown> {
  return isWork(first) ? handle(first, second) : handle(second, first)
}

/** A need whose failure is no obstacle: the task gets `undefined` for it. Takes a handle, or the name of a task. */
export function optional<const T extends TaskHandle<unknown> | string>(of: T): OptionalNeed<T> {
  if (typeof of !== 'string' && !isTaskHandle(of)) {
    throw new Failure('INVALID_INPUT', `optional: expected a task handle or the name of a task, got ${typeof of}`)
  }
  return Object.freeze({ kind: 'optional-need', of })
}

export function isTaskHandle(value: unknown): value is TaskHandle<unknown> {
  return kindIn(value) === 'graph-task'
}

function handle(work: unknown, given: unknown): TaskHandle<unknown> {
  if (!isWork(work)) {
    throw new Failure(
      'INVALID_INPUT',
      `task: expected a function, a worker task or a lane task, got ${typeof work}: write task(fn, options) or task({ needs, …options }, fn)`,
    )
  }
  const { needs, input, options } = readOptions(given)
  return Object.freeze({
    kind: 'graph-task',
    needs: needs === undefined ? noNeeds : readNeeds(needs),
    work,
    input,
    options,
  })
}

function isWork(value: unknown): value is GraphWork<never, unknown> {
  return typeof value === 'function' || laneOf(value as never) !== undefined
}

const noNeeds: readonly Need[] = Object.freeze([])

function readNeeds(needs: unknown): readonly Need[] {
  if (Array.isArray(needs)) return Object.freeze(needs.map((need, index) => readNeed(need, undefined, `${index}`)))
  if (typeof needs !== 'object' || needs === null || isTaskHandle(needs)) {
    throw new Failure(
      'INVALID_INPUT',
      `task: option needs: expected { key: handle } or an array of names, got ${isTaskHandle(needs) ? 'a task handle' : typeof needs}`,
    )
  }
  return Object.freeze(Object.entries(needs).map(([as, need]) => readNeed(need, as, as)))
}

/** @param as the key that a handle was given; names are their own */
function readNeed(need: unknown, as: string | undefined, place: string): Need {
  const optional = kindIn(need) === 'optional-need'
  const of = optional ? (need as OptionalNeed).of : need
  if (as === undefined && typeof of === 'string') return { as: of, of, optional }
  if (as !== undefined && isTaskHandle(of)) return { as, of, optional }
  const expected =
    as === undefined ? 'a name or optional(name); handles stand under keys' : 'a task handle or optional(handle)'
  const got = isTaskHandle(of) ? 'a task handle' : typeof of === 'string' ? 'a name' : typeof of
  throw new Failure('INVALID_INPUT', `task: need ${place}: expected ${expected}, got ${got}`)
}

function readOptions(given: unknown): Pick<TaskHandle<unknown>, 'input' | 'options'> & { readonly needs?: unknown } {
  // Most tasks have none but their needs, and checking nothing would be most of what making a task costs.
  if (given === undefined) return bare
  if (typeof given === 'object' && given !== null && Object.keys(given).join() === 'needs') return { ...bare, ...given }
  const { needs, input, ...options } = parseOptions(taskOptions, given, 'task')
  return { needs, input: input as TaskHandle<unknown>['input'], options: Object.freeze(options) }
}

const bare = { input: undefined, options: Object.freeze({}) }

function kindIn(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? (value as { readonly kind?: unknown }).kind : undefined
}
