import * as v from 'valibot'
import { Failure, messageOf } from '../../core/failure.ts'
import { parseOptions } from '../../core/options.ts'
import type { Outcome } from '../../core/outcome.ts'
import type { BestOfOptions, BestOfResult, RunOf, Scored, Unranked } from '../../core/patterns.ts'
import type { MapOptions } from '../../core/run.ts'
import type { Score, Task, TaskContext } from '../../core/task.ts'
import { taskEntries } from '../line/task-plan.ts'
import type { Scope } from '../run/parts.ts'
import { AwaitedRun } from '../run/run-handle.ts'
import { count, runEntries } from '../run/run-plan.ts'
import { gather, itemPlan } from './map.ts'

/** Runs a task for each of `candidates` indexes, scores what each gives, and ranks them. */
export function bestOf<O>(
  scope: Scope,
  candidates: number,
  task: Task<number, O>,
  score: Score<O>,
  options?: BestOfOptions,
): RunOf<BestOfResult<O>> {
  let indexes: number[] = []
  const plan = itemPlan(scope, 'bestOf', task, () => {
    checkArguments(candidates, score)
    indexes = Array.from(Array(candidates).keys())
    return parseOptions(bestOfSchema, options, 'bestOf') as MapOptions<number>
  })
  const { work } = plan.task
  const judged = async (index: number, context: TaskContext): Promise<Judged<O>> => {
    const value = await work(index, context)
    return { index, value, ...(await verdict(score, value, context)) }
  }
  const { run, outcomes } = gather(scope, indexes, { ...plan, task: { ...plan.task, work: judged } })
  return new AwaitedRun(run, outcomes.then(ranking), scope.parent?.attempt)
}

const bestOfSchema = v.omit(v.strictObject({ ...taskEntries, ...runEntries }), ['key'])

/** A candidate's value with what the score function made of it. */
type Judged<O> = Scored<O> | Unranked<O>

function checkArguments(candidates: number, score: unknown): void {
  if (!v.is(count, candidates)) {
    throw new Failure('INVALID_INPUT', `bestOf: expected how many candidates, 1 or more, got ${String(candidates)}`)
  }
  if (typeof score !== 'function') {
    throw new Failure('INVALID_INPUT', `bestOf: expected a function that scores a value, got ${typeof score}`)
  }
}

async function verdict<O>(
  score: Score<O>,
  value: O,
  context: TaskContext,
): Promise<{ score: number } | { reason: string; cause?: unknown }> {
  try {
    const given: unknown = await score(value, context)
    if (typeof given === 'number' && !Number.isNaN(given)) return { score: given }
    return { reason: `score: expected a number, got ${typeof given === 'number' ? 'NaN' : typeof given}` }
  } catch (thrown) {
    return { reason: `score threw: ${messageOf(thrown)}`, cause: thrown }
  }
}

function ranking<O>(judged: readonly Outcome<Judged<O>, number>[]): BestOfResult<O> {
  const ranked: Scored<O>[] = []
  const unranked: Unranked<O>[] = []
  const outcomes = judged.map((outcome): Outcome<O, number> => {
    if (outcome.status !== 'done') return outcome
    if ('score' in outcome.value) ranked.push(outcome.value)
    else unranked.push(outcome.value)
    return { ...outcome, value: outcome.value.value }
  })
  // Not by subtraction: two infinite scores are equal. Sorting is stable, so that of equal ones the earlier stays first.
  ranked.sort((one, other) => Number(one.score < other.score) - Number(one.score > other.score))
  return { best: ranked[0], ranked, unranked, outcomes }
}
