import type { Outcome } from '../core/outcome.ts'
import type { Blocking, LaneStatistics, LoopDelay, RunStatistics } from '../core/statistics.ts'
import { addUsage, noUsage, type Usage } from '../core/usage.ts'

/** A task that keeps the event loop for longer is named, in milliseconds. */
const blockingMs = 50

/** Most tasks that are named for blocking the loop; the longest ones are kept. */
const maxBlocking = 20

/** The figures of one run, gathered while it goes. A handful of additions per task, no memory per task. */
export class Statistics {
  done = 0
  failed = 0
  skipped = 0
  cancelled = 0
  attempts = 0
  retries = 0
  abandoned = 0
  #sumMs = 0
  #queuedMs = 0
  #longestQueuedMs = 0
  #longestMs = 0
  #longest = ''
  #usage: Usage = noUsage
  #blocking: Blocking[] = []
  #ownMs = 0
  readonly #lane: string
  readonly #callsMs = new Map<string, number>()

  /** @param lane the one that the run's own tasks are on */
  constructor(lane: string) {
    this.#lane = lane
  }

  /**
   * Adds one task's end.
   *
   * @param ownMs its running time without that of the workers it called
   */
  settled(outcome: Outcome<unknown>, ownMs: number): void {
    this[outcome.status] += 1
    this.#ownMs += ownMs
    this.#sumMs += outcome.runMs
    this.#queuedMs += outcome.queuedMs
    if (outcome.queuedMs > this.#longestQueuedMs) this.#longestQueuedMs = outcome.queuedMs
    if (outcome.runMs > this.#longestMs) {
      this.#longestMs = outcome.runMs
      this.#longest = `${outcome.name} #${outcome.index}`
    }
    if (outcome.usage !== noUsage) this.#usage = addUsage(this.#usage, outcome.usage)
  }

  /** Adds the running time of a worker task that one of the tasks called. */
  called(lane: string, ms: number): void {
    this.#callsMs.set(lane, (this.#callsMs.get(lane) ?? 0) + ms)
  }

  /** Names the task if the event loop stood still for too long because of it. `exact`: see `Blocking`. */
  stoodStill(task: { readonly id: string; readonly name: string }, ms: number, exact: boolean): void {
    if (ms <= blockingMs) return
    this.#blocking.push({ id: task.id, name: task.name, ms, exact })
    if (this.#blocking.length === 2 * maxBlocking) this.#blocking = longest(this.#blocking)
  }

  get settledCount(): number {
    return this.done + this.failed + this.skipped + this.cancelled
  }

  /**
   * @param concurrency most tasks of the run at the same time
   * @param slotsOf slots that a lane has
   */
  snapshot(
    wallMs: number,
    concurrency: number,
    slotsOf: (lane: string) => number,
    loopDelay: LoopDelay,
  ): RunStatistics {
    const lanes: Record<string, LaneStatistics> = {}
    let bound = { ms: this.#longestMs, by: `the longest task, ${this.#longest || 'none'}` }
    const allMs = this.#sumMs / concurrency
    if (allMs > bound.ms) bound = { ms: allMs, by: `all work, ${concurrency} at a time` }
    for (const [lane, workMs] of this.#workMs()) {
      const capacity = Math.min(concurrency, slotsOf(lane))
      lanes[lane] = { workMs, capacity, utilisation: wallMs > 0 ? workMs / (wallMs * capacity) : 0 }
      const ms = workMs / capacity
      if (ms > bound.ms) bound = { ms, by: `the work on lane ${lane}` }
    }
    const { done, failed, skipped, cancelled } = this
    return {
      tally: { in: this.settledCount, done, failed, skipped, cancelled },
      wallMs,
      sumMs: this.#sumMs,
      longestMs: this.#longestMs,
      speedUp: wallMs > 0 ? this.#sumMs / wallMs : 1,
      bound: { ...bound, reached: wallMs > 0 ? Math.min(1, bound.ms / wallMs) : 1 },
      queuedMs: { mean: this.settledCount > 0 ? this.#queuedMs / this.settledCount : 0, max: this.#longestQueuedMs },
      attempts: this.attempts,
      retries: this.retries,
      abandoned: this.abandoned,
      usage: this.#usage,
      lanes,
      loopDelay,
      blocking: longest(this.#blocking),
    }
  }

  #workMs(): Map<string, number> {
    const workMs = new Map(this.#callsMs)
    workMs.set(this.#lane, (workMs.get(this.#lane) ?? 0) + this.#ownMs)
    return workMs
  }
}

function longest(blocking: readonly Blocking[]): Blocking[] {
  return [...blocking].sort((one, other) => other.ms - one.ms).slice(0, maxBlocking)
}
