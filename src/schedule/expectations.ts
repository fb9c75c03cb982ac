import type { Outcome } from '../core/outcome.ts'
import { addUsage, noUsage, type Usage } from '../core/usage.ts'

/** What tasks are told apart by: a name, or the function (or worker task) that they run, which is not kept alive for it. */
export type Kind = string | object

/** A kind is forgotten when so many others that are names have come after it. */
const maxNames = 10_000

/** What is known of tasks of each kind, learned from those that succeeded, in whatever run. */
export class Expectations {
  readonly #named = new Map<string, Expectation>()
  readonly #weak = new WeakMap<object, Expectation>()
  /** Of all tasks: what is expected of a kind never seen. Remembers more, as kinds come in turns. */
  readonly #overall = new Expectation(1_024)

  /**
   * @param ms how long a task that succeeded took; what is no length of time is ignored
   * @param usage what it used; what it does not name counts as 0
   */
  learn(kind: Kind, ms: number, usage: Partial<Usage> = noUsage): void {
    this.of(kind).add(ms, usage === noUsage ? noUsage : addUsage(noUsage, usage))
  }

  expectedMs(kind: Kind): number {
    return this.of(kind).ms
  }

  expectedUsage(kind: Kind): Usage {
    return this.of(kind).usage
  }

  /** For those that have many tasks of a kind: saves looking it up for each. */
  of(kind: Kind): Expectation {
    const known = typeof kind === 'string' ? this.#named.get(kind) : this.#weak.get(kind)
    if (known !== undefined) return known
    const expectation = new Expectation(64, this.#overall)
    if (typeof kind !== 'string') this.#weak.set(kind, expectation)
    else {
      // Names made of inputs would grow without end.
      if (this.#named.size >= maxNames) this.#named.delete(this.#named.keys().next().value!)
      this.#named.set(kind, expectation)
    }
    return expectation
  }
}

/**
 * What a task of one kind takes and uses: a mean, since what is made of it are sums: the length of a path, the spending of a run. (The
 * median of heavy-tailed durations is far below.) Up to `memory` tasks it is their arithmetic mean, which is the best there is while nothing
 * has changed; after that each new one counts 1/memory, so that old ones fade (half of it after 0.7 * memory tasks) and a provider that has
 * become slower is noticed.
 */
export class Expectation {
  #count = 0
  #meanMs = 0
  #meanUsage: Usage = noUsage
  readonly #memory: number
  readonly #overall: Expectation | undefined

  constructor(memory: number, overall?: Expectation) {
    this.#memory = memory
    this.#overall = overall
  }

  /** How long a task takes once it runs, in milliseconds: of this kind, else of all tasks seen so far, else 1. */
  get ms(): number {
    if (this.#count > 0) return this.#meanMs
    return this.#overall?.ms ?? 1
  }

  /** Whether one of its kind has ended. */
  get isKnown(): boolean {
    return this.#count > 0
  }

  /** What a task uses. Nothing for an unknown kind: what others spend says nothing about whether it spends at all. */
  get usage(): Usage {
    return this.#meanUsage
  }

  /** @param spanMs how long it took once it ran, child runs included */
  learn({ status, attempts, usage }: Outcome<unknown>, spanMs: number): void {
    if (status === 'done' && attempts > 0) this.add(spanMs, usage)
  }

  add(ms: number, usage: Usage): void {
    if (!(ms >= 0 && ms < Number.POSITIVE_INFINITY)) return
    this.#blend(ms, usage)
    if (this.#overall !== undefined) this.#overall.#blend(ms, usage)
  }

  #blend(ms: number, usage: Usage): void {
    this.#count += 1
    const weight = 1 / Math.min(this.#count, this.#memory)
    this.#meanMs += weight * (ms - this.#meanMs)
    if (usage !== noUsage || this.#meanUsage !== noUsage) this.#meanUsage = blend(this.#meanUsage, usage, weight)
  }
}

function blend(mean: Usage, used: Usage, weight: number): Usage {
  const towards = (from: number, to: number): number => from + weight * (to - from)
  return {
    bytes: towards(mean.bytes, used.bytes),
    inputTokens: towards(mean.inputTokens, used.inputTokens),
    outputTokens: towards(mean.outputTokens, used.outputTokens),
    cachedInputTokens: towards(mean.cachedInputTokens, used.cachedInputTokens),
    costUsd: towards(mean.costUsd, used.costUsd),
  }
}
