import type { Failure } from '../core/failure.ts'
import type { Outcome } from '../core/outcome.ts'
import { noUsage } from '../core/usage.ts'
import type { OwnedTask } from '../execute/terms.ts'
import type { Budget } from '../schedule/budget.ts'
import type { Flights } from '../schedule/flights.ts'

/** Whether a task that is about to begin for the first time may: by the budget of its run, and by single-flight. */
export class Admission {
  readonly #budget: Budget | undefined
  readonly #flights: Flights<OwnedTask> | undefined

  /** @param flights undefined where tasks have no keys */
  constructor(budget: Budget | undefined, flights: Flights<OwnedTask> | undefined) {
    this.#budget = budget
    this.#flights = flights
  }

  /** `later`: once others have settled. `follows`: it ends as another one does, which is on. A Failure: it is to be skipped. */
  admit(task: OwnedTask): 'yes' | 'later' | 'follows' | Failure {
    const fits = this.#budget?.admit(task.estimate) ?? 'yes'
    if (fits === 'never') return this.#budget!.failure()
    if (fits === 'later') return fits
    if (task.key !== undefined && this.#flights?.board(task.kind, task.key, task) === 'follows') return 'follows'
    this.#budget?.reserve(task.estimate)
    task.admitted = true
    return fits
  }

  settled(task: OwnedTask, outcome: Outcome<unknown>): void {
    if (task.admitted) this.#budget?.settle(task.estimate, outcome.usage)
    if (task.key === undefined || this.#flights === undefined) return
    if (task.admitted) this.#land(this.#flights.land(task.kind, task.key, task), outcome)
    else this.#flights.leave(task.kind, task.key, task)
  }

  /** Whether nothing can begin any more, however little it needs. */
  get isSpent(): boolean {
    return this.#budget?.admit(noUsage) === 'never'
  }

  /** A task that came to no end of its own has none to give: the first of those that waited for it takes its place. */
  #land(followers: readonly OwnedTask[], outcome: Outcome<unknown>): void {
    for (const follower of followers) {
      if (outcome.status === 'done' || outcome.status === 'failed') follower.settleAs(outcome)
      else follower.askAgain()
    }
  }
}
