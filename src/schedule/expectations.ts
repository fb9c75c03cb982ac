import type { Usage } from '../core/usage.ts'

/** What tasks are told apart by: a name, or the function (or worker task) that they run, which is not kept alive for it. */
export type Kind = string | object

/** A kind is forgotten when so many others that are names have come after it. */
const maxNames = 10_000

/**
 * What tasks of each kind take and use, learned from those that ended.
 *
 * The expectation is a mean, since what is made of it are sums: the length of a path, the spending of a run. (The median of heavy-tailed durations
 * is far below.) Up to `memory` tasks it is their arithmetic mean, which is the best there is while nothing has changed; after that each new one
 * counts 1/memory, so that old ones fade (half of it after 0.7 * memory tasks) and a provider that has become slower is noticed.
 */
export class Expectations {
  readonly #named = new Map<string, Expected>()
  readonly #weak = new WeakMap<object, Expected>()
  /** Of all tasks: what is expected of a kind never seen. Remembers more, as kinds come in turns. */
  readonly #overall = new Expected(1_024)

  /**
   * @param ms how long an attempt that succeeded took; what is no length of time is ignored
   * @param usage what it used; what it does not name counts as 0
   */
  learn(kind: Kind, ms: number, usage: Partial<Usage> = {}): void {
    if (!(ms >= 0 && ms < Number.POSITIVE_INFINITY)) return
    let expected = this.#get(kind)
    if (expected === undefined) {
      expected = new Expected(64)
      this.#set(kind, expected)
    }
    expected.learn(ms, usage)
    this.#overall.learn(ms, usage)
  }

  /** Expected duration of an attempt, in milliseconds: of its kind, else of all tasks seen so far, else 1. */
  expectedMs(kind: Kind): number {
    const expected = this.#get(kind) ?? this.#overall
    return expected.count === 0 ? 1 : expected.ms
  }

  /** Expected usage of its kind. Nothing for an unknown kind: what others spend says nothing about whether it spends at all. */
  expectedUsage(kind: Kind): Partial<Usage> {
    return { ...this.#get(kind)?.usage }
  }

  #get(kind: Kind): Expected | undefined {
    return typeof kind === 'string' ? this.#named.get(kind) : this.#weak.get(kind)
  }

  #set(kind: Kind, expected: Expected): void {
    if (typeof kind !== 'string') {
      this.#weak.set(kind, expected)
      return
    }
    // Names made of inputs would grow without end.
    if (this.#named.size >= maxNames) this.#named.delete(this.#named.keys().next().value!)
    this.#named.set(kind, expected)
  }
}

/** The fading means of one kind. */
class Expected {
  count = 0
  ms = 0
  readonly usage: Partial<Record<keyof Usage, number>> = {}
  readonly #memory: number

  /** @param memory how many tasks a mean is made of before it fades */
  constructor(memory: number) {
    this.#memory = memory
  }

  learn(ms: number, usage: Partial<Usage>): void {
    this.count += 1
    const weight = 1 / Math.min(this.count, this.#memory)
    this.ms += weight * (ms - this.ms)
    // A unit that this task is the first to use was used 0 times by those before it.
    for (const unit in usage) this.#blend(unit as keyof Usage, usage[unit as keyof Usage] ?? 0, weight)
    for (const unit in this.usage) if (!(unit in usage)) this.#blend(unit as keyof Usage, 0, weight)
  }

  #blend(unit: keyof Usage, used: number, weight: number): void {
    const mean = this.usage[unit] ?? 0
    // Units that a kind never uses do not appear in its expectation.
    if (used > 0 || mean > 0) this.usage[unit] = mean + weight * (used - mean)
  }
}
