import type { Failure } from '../../core/failure.ts'
import type { Outcome } from '../../core/outcome.ts'
import { noUsage } from '../../core/usage.ts'
import type { OwnedTask } from '../../execute/terms.ts'
import type { Budget } from '../../schedule/budget.ts'
import type { Flights } from '../../schedule/flights.ts'
import type { RuntimeParts } from '../run/parts.ts'

/** The run that admits tasks. */
interface AdmittingRun {
  readonly budget: Budget | undefined
  readonly parts: RuntimeParts
  readonly root: object
  readonly underFlight: boolean
}

/** Whether a task that is about to begin for the first time may: by the budget of its run, and by single-flight. */
export class Admission {
  readonly #budget: Budget | undefined
  readonly #flights: Flights<OwnedTask> | undefined
  readonly #alike: boolean
  readonly #nested: boolean
  /** Those for which nothing is reserved any more. */
  readonly #released = new Set<OwnedTask>()

  /**
   * For the tasks of one line.
   *
   * @param hasKeys whether they have keys for single-flight
   * @param alike all that the run has left are expected to use the same: where one does not fit none does
   * @returns undefined where every task may begin
   */
  static of(run: AdmittingRun, hasKeys: boolean, alike = false): Admission | undefined {
    const { budget, parts, root, underFlight } = run
    const flights = hasKeys && !underFlight ? parts.flights : undefined
    return budget || flights ? new Admission(budget, flights, root !== run, alike) : undefined
  }

  /**
   * @param flights undefined where tasks have no keys
   * @param nested they are tasks of a child run
   */
  private constructor(
    budget: Budget | undefined,
    flights: Flights<OwnedTask> | undefined,
    nested: boolean,
    alike: boolean,
  ) {
    this.#budget = budget
    this.#flights = flights
    this.#alike = alike
    this.#nested = nested
  }

  /** `later`: once others have settled. `follows`: it ends as another one does, which is on. A Failure: it is to be skipped. */
  admit(task: OwnedTask, now: number): 'yes' | 'later' | 'follows' | Failure {
    const fits = this.#budget?.admit(task.expected, now) ?? 'yes'
    if (fits === 'never') return this.#budget!.failure()
    if (fits === 'later') return fits
    if (this.#follows(task)) return 'follows'
    task.holdExpected()
    this.#budget?.reserve(task.expected)
    task.admitted = true
    return fits
  }

  /** It starts child runs: while it waits for them they would wait for what is reserved for it. What it uses counts all the same. */
  release(task: OwnedTask): void {
    if (this.#budget === undefined || this.#released.has(task)) return
    this.#released.add(task)
    this.#budget.settle(task.expected, noUsage)
  }

  settled(task: OwnedTask, outcome: Outcome<unknown>): void {
    const reserved = this.#released.delete(task) ? noUsage : task.expected
    // What says nothing of what it used has used what was expected.
    const used = outcome.status === 'done' && outcome.usage === noUsage ? reserved : outcome.usage
    if (task.admitted) this.#budget?.settle(reserved, used)
  }

  /** Once its own outcome is where it belongs: with those of its followers the run may be over. */
  land(task: OwnedTask, outcome: Outcome<unknown>): void {
    if (task.key === undefined || this.#flights === undefined) return
    if (task.admitted) this.#share(this.#flights.land(task.kind, task.key, task), outcome)
    else this.#flights.leave(task.kind, task.key, task)
  }

  /** A leader waits to be tried again: those that may follow only while it runs go their own way. */
  backsOff(task: OwnedTask): void {
    if (task.key === undefined || this.#flights?.leader(task.kind, task.key) !== task) return
    const followers = this.#flights.land(task.kind, task.key, task)
    this.#flights.board(task.kind, task.key, task)
    for (const follower of followers) follower.askAgain()
  }

  /** Now that one was refused: whether nothing else can begin any more. */
  isSpent(now: number): boolean {
    return this.#alike || this.#budget?.admit(noUsage, now) === 'never'
  }

  /**
   * Its parent keeps its place in the `concurrency` of its run while a child waits, and a leader that does not run may wait for that very
   * place. So a child follows only who runs, and is on its own otherwise.
   */
  #follows(task: OwnedTask): boolean {
    if (task.key === undefined || this.#flights === undefined) return false
    if (this.#nested && this.#flights.leader(task.kind, task.key)?.active === false) return false
    return this.#flights.board(task.kind, task.key, task) === 'follows'
  }

  /** A task that came to no end of its own has none to give: the first of those that waited for it takes its place. */
  #share(followers: readonly OwnedTask[], outcome: Outcome<unknown>): void {
    for (const follower of followers) {
      if (outcome.status === 'done' || outcome.status === 'failed') follower.settleAs(outcome)
      else follower.askAgain()
    }
  }
}
