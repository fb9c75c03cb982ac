import { Failure } from '../../core/failure.ts'
import type { Outcome } from '../../core/outcome.ts'
import type { FanOutResult, RunOf } from '../../core/patterns.ts'
import type { PathLink } from '../../core/statistics.ts'
import type { CheckedFanOut, FanOut, TaskContext } from '../../core/task.ts'
import { parentOf } from '../../execute/attempt.ts'
import type { ParentAttempt } from '../../execute/terms.ts'
import type { Collector } from '../items/collector.ts'
import { ItemCourse } from '../items/item-course.ts'
import { Gathered, gather, type ItemPlan } from '../items/map.ts'
import type { TaskPlan } from '../line/task-plan.ts'
import { LiveRun } from '../run/live-run.ts'
import type { Scope } from '../run/parts.ts'
import { AwaitedRun } from '../run/run-handle.ts'
import { type FanOutPlan, plannedFanOut } from './fan-out-plan.ts'

/** Splits a goal, runs each part and joins them: one run with one task, whose child runs the three phases are. */
export function fanOut<G, S, O, R>(
  scope: Scope,
  goal: G,
  given: FanOut<G, S, O, R> | CheckedFanOut<G, S, O, R>,
): RunOf<FanOutResult<R, G, O, S>> {
  const plan = plannedFanOut(scope, given)
  const gathered = new Gathered<R, G>()
  const run = new LiveRun(scope, plan.run)
  const phases = new Phases(run, plan)
  run.take(new FanOutCourse(run, [goal], plan.root(phases.work), gathered, phases)).start()
  const result = gathered.all.then(async ([outcome]) => ({ outcome: outcome!, parts: await phases.parts }))
  return new FanOutRun(run, result, scope.parent?.attempt, phases)
}

/** What the one task does: each phase is a child run, so that the task's own lease is free meanwhile. */
class Phases<G, S, O, R> implements PhaseRuns {
  /** Of every sub-task, however far the task itself comes. */
  parts: Promise<readonly Outcome<O, S>[]> = Promise.resolve([])
  readonly #run: LiveRun
  readonly #plan: FanOutPlan<G, S, O, R>
  readonly begun: LiveRun[] = []
  #drained: string | undefined

  constructor(run: LiveRun, plan: FanOutPlan<G, S, O, R>) {
    this.#run = run
    this.#plan = plan
  }

  readonly work = async (goal: G, context: TaskContext): Promise<R> => {
    const { split, each, join } = this.#plan
    const attempt = parentOf(context)
    const subTasks = await this.#one(goal, split, attempt)
    const { outcomes, awaited } = this.#begin(subTasks, each, attempt)
    this.parts = outcomes
    return this.#one(goal, join(await awaited), attempt)
  }

  drain(reason: string): void {
    this.#drained ??= reason
    this.begun.at(-1)?.drain(reason)
  }

  /** A phase with one task, for the value of that. */
  async #one<T>(goal: G, plan: ItemPlan<G, T>, attempt: ParentAttempt): Promise<T> {
    const outcome = (await this.#begin([goal], plan, attempt).awaited)[0]!
    if (outcome.status === 'done') return outcome.value
    if (outcome.status === 'failed') throw outcome.failure
    if (outcome.status === 'skipped') throw outcome.cause
    // It was cancelled with this task, or drained, which is then the end of this task as well.
    this.#run.cancel(outcome.reason)
    throw new Failure('CANCELLED', outcome.reason)
  }

  #begin<I, T>(source: readonly I[], plan: ItemPlan<I, T>, attempt: ParentAttempt): Phase<T, I> {
    if (this.#drained !== undefined) this.#run.cancel(this.#drained)
    if (attempt.over !== undefined) throw attempt.over
    const scope = { parts: this.#run.parts, parent: { attempt, run: this.#run } }
    const { run, outcomes } = gather(scope, source, plan)
    this.begun.push(run)
    return { outcomes, awaited: new AwaitedRun(run, outcomes, attempt) }
  }
}

/** A phase that has begun. */
interface Phase<O, I> {
  readonly outcomes: Promise<Outcome<O, I>[]>
  /** The same for the task: its lease is free until then. */
  readonly awaited: PromiseLike<Outcome<O, I>[]>
}

interface PhaseRuns {
  /** The child runs of the phases that have begun. */
  readonly begun: readonly LiveRun[]
  /** No further phase begins, and no further task of the one that is on. */
  drain(reason: string): void
}

/** One item, whose time is that of its phases, one after another. */
class FanOutCourse<G, R> extends ItemCourse<G, R> {
  readonly #phases: PhaseRuns

  constructor(run: LiveRun, source: readonly [G], task: TaskPlan<G, R>, collector: Collector<R, G>, phases: PhaseRuns) {
    super(run, source, task, 1, collector)
    this.#phases = phases
  }

  override get criticalPath(): readonly PathLink[] {
    return this.#phases.begun.flatMap((phase) => phase.stats().criticalPath)
  }

  override get pathMs(): number {
    return this.#phases.begun.reduce((ms, phase) => ms + phase.stats().longestMs, 0)
  }
}

class FanOutRun<T> extends AwaitedRun<T> {
  readonly #phases: PhaseRuns

  constructor(run: LiveRun, result: Promise<T>, parent: ParentAttempt | undefined, phases: PhaseRuns) {
    super(run, result, parent)
    this.#phases = phases
  }

  override drain(reason = 'draining'): void {
    super.drain(reason)
    this.#phases.drain(reason)
  }
}
