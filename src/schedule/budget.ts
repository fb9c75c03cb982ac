import { Failure } from '../core/failure.ts'
import type { BudgetOptions } from '../core/run.ts'
import type { Usage } from '../core/usage.ts'

/** What was used of a budget, by the run and its child runs. Without what is only reserved, but with every task begun. */
export interface BudgetSpent {
  readonly tokens: number
  readonly costUsd: number
  readonly tasks: number
}

/**
 * Keeps a tree of runs within its limits: what a task is expected to use is reserved before it starts and settled with what it used.
 *
 * A child run has a budget of its own, if only an empty one, whose parent is that of the run around it: a task has to fit into all of
 * them and counts in all of them. As long as no task uses more than was reserved for it, no limit is ever passed. A task that
 * was expected to use nothing is bounded by what the others before it have spent: it begins until the limit is met.
 *
 * All sums are integers (tokens, tasks, billionths of a dollar): they do not depend on the order of adding, and 0.1 $ and 0.2 $ fit into 0.3 $.
 */
export class Budget {
  /** When the first limit of time, this budget's or that of one above it, is over; on the clock of `now`. Its alarm is the caller's to set. */
  readonly endsAt: number | undefined
  readonly #parent: Budget | undefined
  readonly #limits: BudgetOptions
  readonly #ownEndsAt: number
  #spentTokens = 0
  #spentNanoUsd = 0
  #tasks = 0
  #reservedTokens = 0
  #reservedNanoUsd = 0
  #refusal: Refusal | undefined

  constructor(limits: BudgetOptions, parent: Budget | undefined, now: number) {
    this.#limits = limits
    this.#parent = parent
    this.#ownEndsAt = now + (limits.wallMs ?? Number.POSITIVE_INFINITY)
    const endsAt = Math.min(this.#ownEndsAt, parent?.endsAt ?? Number.POSITIVE_INFINITY)
    this.endsAt = endsAt === Number.POSITIVE_INFINITY ? undefined : endsAt
  }

  get spent(): BudgetSpent {
    return { tokens: this.#spentTokens, costUsd: this.#spentNanoUsd / nanoPerUsd, tasks: this.#tasks }
  }

  /**
   * Whether one more task may begin.
   *
   * - `yes`: now, with `reserve`.
   * - `later`: if those that run use less than is reserved for them. Ask again after a `settle` anywhere in the tree.
   * - `never`: however little those use, it does not fit any more; `failure` says why.
   *
   * @param now left out, the limits of time are not looked at: whoever set an alarm for `endsAt` knows
   */
  admit(estimate: Partial<Usage>, now: number = Number.NEGATIVE_INFINITY): 'yes' | 'later' | 'never' {
    const tokens = tokensOf(estimate)
    const nanoUsd = nanoUsdOf(estimate.costUsd)
    let answer: 'yes' | 'later' = 'yes'
    for (const budget of this.#upwards()) {
      const refusal = budget.#refuses(tokens, nanoUsd, now)
      if (refusal !== undefined) {
        this.#refusal = refusal
        return 'never'
      }
      if (!budget.#hasRoom(tokens, nanoUsd)) answer = 'later'
    }
    return answer
  }

  /** One task begins. Once for a task with all its attempts. */
  reserve(estimate: Partial<Usage>): void {
    for (const budget of this.#upwards()) {
      budget.#tasks += 1
      budget.#reservedTokens += tokensOf(estimate)
      budget.#reservedNanoUsd += nanoUsdOf(estimate.costUsd)
    }
  }

  /** It has ended, however. What it used counts, even beyond the limits; what was reserved for it is free again. */
  settle(estimate: Partial<Usage>, actual: Partial<Usage>): void {
    for (const budget of this.#upwards()) {
      budget.#reservedTokens -= tokensOf(estimate)
      budget.#reservedNanoUsd -= nanoUsdOf(estimate.costUsd)
      budget.#spentTokens += tokensOf(actual)
      budget.#spentNanoUsd += nanoUsdOf(actual.costUsd)
    }
  }

  /** `BUDGET_SPENT`: why `admit` said `never` last; if it never did, that the time is over. */
  failure(): Failure {
    return this.#refusal === undefined ? this.timeIsOver() : failureOf(this.#refusal)
  }

  /** `BUDGET_SPENT`: the time is. */
  timeIsOver(): Failure {
    return failureOf(this.#timeIsOver())
  }

  /** Why the task can never begin, as far as this one budget goes. */
  #refuses(tokens: number, nanoUsd: number, now: number): Refusal | undefined {
    const { tokens: maxTokens, costUsd: maxUsd, tasks: maxTasks } = this.#limits
    if (now >= this.#ownEndsAt) return this.#timeIsOver()
    if (maxTasks !== undefined && this.#tasks >= maxTasks) {
      return { limit: 'tasks', allowed: maxTasks, spent: this.#tasks }
    }
    if (maxTokens !== undefined && isPast(this.#spentTokens, tokens, maxTokens)) {
      return { limit: 'tokens', allowed: maxTokens, spent: this.#spentTokens, more: tokens }
    }
    if (maxUsd !== undefined && isPast(this.#spentNanoUsd, nanoUsd, nanoUsdOf(maxUsd))) {
      const spent = this.#spentNanoUsd / nanoPerUsd
      return { limit: 'costUsd', allowed: maxUsd, spent, more: nanoUsd / nanoPerUsd }
    }
    return undefined
  }

  #hasRoom(tokens: number, nanoUsd: number): boolean {
    const { tokens: maxTokens, costUsd: maxUsd } = this.#limits
    const tokensFit = maxTokens === undefined || this.#spentTokens + this.#reservedTokens + tokens <= maxTokens
    const costFits = maxUsd === undefined || this.#spentNanoUsd + this.#reservedNanoUsd + nanoUsd <= nanoUsdOf(maxUsd)
    return tokensFit && costFits
  }

  #timeIsOver(): Refusal {
    // The budget whose time is over first: the nearest that ends when the whole chain does.
    const first = [...this.#upwards()].find((budget) => budget.#ownEndsAt === this.endsAt)
    const { wallMs = 0 } = (first ?? this).#limits
    return { limit: 'wallMs', allowed: wallMs, spent: wallMs }
  }

  *#upwards(): Generator<Budget> {
    for (let budget: Budget | undefined = this; budget !== undefined; budget = budget.#parent) yield budget
  }
}

interface Refusal {
  readonly limit: keyof BudgetOptions
  readonly allowed: number
  readonly spent: number
  /** What the refused task was expected to use. */
  readonly more?: number
}

function failureOf({ limit, allowed, spent, more = 0 }: Refusal): Failure {
  const needed = more === 0 ? '' : `, and this task is expected to use ${shown(limit, more)}`
  return new Failure(
    'BUDGET_SPENT',
    `of a budget of ${shown(limit, allowed)}, ${shown(limit, spent)} are spent${needed}: raise budget.${limit}`,
    { details: { limit, allowed, spent } },
  )
}

/** Tasks of which nothing is known are expected to use nothing: they would go on for ever at the limit itself. */
function isPast(spent: number, more: number, limit: number): boolean {
  return spent >= limit || spent + more > limit
}

const nanoPerUsd = 1e9

/** A task may report anything: what is no amount counts as none. */
function tokensOf({ inputTokens = 0, outputTokens = 0 }: Partial<Usage>): number {
  return (inputTokens > 0 ? Math.ceil(inputTokens) : 0) + (outputTokens > 0 ? Math.ceil(outputTokens) : 0)
}

function nanoUsdOf(usd: number | undefined = 0): number {
  return usd > 0 ? Math.round(usd * nanoPerUsd) : 0
}

function shown(limit: keyof BudgetOptions, amount: number): string {
  const number = amount.toLocaleString('en', { maximumFractionDigits: 9 })
  if (limit === 'costUsd') return `$ ${number}`
  return limit === 'wallMs' ? `${number} ms` : `${number} ${limit}`
}
