import * as v from 'valibot'
import { parseOptions } from '../../core/options.ts'
import type { Done, Failed, Outcome } from '../../core/outcome.ts'
import type { AnyResult, ContestOptions, QuorumResult, RaceResult, RunOf } from '../../core/patterns.ts'
import type { MapOptions, Source } from '../../core/run.ts'
import type { Task } from '../../core/task.ts'
import { taskEntries } from '../line/task-plan.ts'
import type { Scope } from '../run/parts.ts'
import { quorum, type RunPolicy } from '../run/policy.ts'
import { AwaitedRun } from '../run/run-handle.ts'
import { runEntries } from '../run/run-plan.ts'
import { gather, type ItemPlan, itemPlan } from './map.ts'

/** Runs a task for every item until the first is done or has failed. */
export function race<I, O>(
  scope: Scope,
  source: Source<I>,
  task: Task<I, O>,
  options?: ContestOptions<I>,
): RunOf<RaceResult<O, I>> {
  const plan = itemPlan(scope, 'race', task, () => parseContestOptions(options, 'race'))
  return contest(scope, source, under({ kind: 'first', of: ['done', 'failed'] }, plan), (finishers, outcomes) => ({
    winner: finishers[0],
    outcomes,
  }))
}

/** Runs a task for every item until the first is done. */
export function any<I, O>(
  scope: Scope,
  source: Source<I>,
  task: Task<I, O>,
  options?: ContestOptions<I>,
): RunOf<AnyResult<O, I>> {
  const plan = itemPlan(scope, 'any', task, () => parseContestOptions(options, 'any'))
  return contest(scope, source, under({ kind: 'first', of: ['done'] }, plan), (finishers, outcomes) => ({
    winner: finishers.find(isDone),
    outcomes,
  }))
}

/** Runs a task for every item until `count` are done, or cannot be done any more. */
export function firstOf<I, O>(
  scope: Scope,
  count: number,
  source: Source<I>,
  task: Task<I, O>,
  options?: ContestOptions<I>,
): RunOf<QuorumResult<O, I>> {
  const parse = (): MapOptions<I> => ({ ...parseContestOptions(options, 'quorum'), policy: quorum(count) })
  return contest(scope, source, itemPlan(scope, 'quorum', task, parse), (finishers, outcomes) => {
    // Tasks that share one execution are done at once, and those of a run that is drained after each other: there may be more.
    const winners = finishers.filter(isDone).slice(0, count)
    return { reached: winners.length === count, winners, outcomes }
  })
}

const contestSchema = v.omit(v.strictObject({ ...taskEntries, ...runEntries }), ['policy'])

function parseContestOptions<I>(options: ContestOptions<I> | undefined, what: string): MapOptions<I> {
  return parseOptions(contestSchema, options, what) as MapOptions<I>
}

function under<I, O>(policy: RunPolicy, plan: ItemPlan<I, O>): ItemPlan<I, O> {
  return { ...plan, run: { ...plan.run, policy } }
}

type Finisher<O, I> = Done<O, I> | Failed<I>

/** @param judge makes the result of those that came to an end of their own, in the order in which they did, and of all outcomes */
function contest<I, O, R>(
  scope: Scope,
  source: Source<I>,
  plan: ItemPlan<I, O>,
  judge: (finishers: readonly Finisher<O, I>[], outcomes: readonly Outcome<O, I>[]) => R,
): RunOf<R> {
  const finishers: Finisher<O, I>[] = []
  const { run, outcomes } = gather(scope, source, plan, (outcome) => {
    if (outcome.status === 'done' || outcome.status === 'failed') finishers.push(outcome)
  })
  const result = outcomes.then((all) => judge(finishers, all))
  return new AwaitedRun(run, result, scope.parent?.attempt)
}

function isDone<O, I>(outcome: Outcome<O, I>): outcome is Done<O, I> {
  return outcome.status === 'done'
}
