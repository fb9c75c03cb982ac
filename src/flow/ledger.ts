import type { Failure } from '../core/failure.ts'
import type { Outcome } from '../core/outcome.ts'
import type { OwnedTask } from '../execute/terms.ts'
import { Reporter } from '../observe/reporter.ts'
import { Statistics } from '../observe/statistics.ts'
import type { Collector } from './collector.ts'
import type { Job } from './job.ts'
import type { RuntimeParts } from './parts.ts'

/** Everything that a run counts, hands out and tells: one call for each thing that happens. */
export class Ledger<I, O> {
  readonly statistics: Statistics
  readonly #reporter: Reporter
  readonly #collector: Collector<O, I>

  constructor(job: Job<I, O>, parts: RuntimeParts, collector: Collector<O, I>) {
    this.statistics = new Statistics(job.lane.name)
    this.#reporter = new Reporter(job.runId, parts.listener)
    this.#collector = collector
  }

  runStarted(name: string): void {
    this.#reporter.runStarted(name)
  }

  taskStarted(task: OwnedTask): void {
    this.statistics.attempts += 1
    if (task.attempts > 1) this.statistics.retries += 1
    this.#reporter.taskStarted(task)
  }

  backingOff(task: OwnedTask, failure: Failure, delayMs: number): void {
    this.#reporter.backingOff(task, failure, delayMs)
  }

  /** `ownMs`: the task's own running time, without that of the workers it called. */
  settled(outcome: Outcome<O, I>, ownMs: number): void {
    this.statistics.settled(outcome, ownMs)
    // Before anybody is told who might end the run.
    this.#collector.deliver(outcome)
    this.#reporter.settled(outcome)
  }

  runEnded(figures: Parameters<Reporter['runEnded']>[0], broken: Failure | undefined): void {
    this.#reporter.runEnded(figures)
    this.#collector.ended(broken)
  }
}
