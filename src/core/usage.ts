import type { BuiltInCode } from './codes.ts'
import { Failure } from './failure.ts'

/** What a task used beside time. Reported with `context.addUsage`, summed over attempts, tasks and runs. */
export interface Usage {
  /** Bytes read from the network or from files. */
  readonly bytes: number
  /** Tokens that a model read, those from its cache included. */
  readonly inputTokens: number
  /** Tokens that a model wrote. */
  readonly outputTokens: number
  /** How many of the input tokens came from the model's cache. */
  readonly cachedInputTokens: number
  /** What it cost, in US dollars. */
  readonly costUsd: number
}

export const noUsage: Usage = Object.freeze({
  bytes: 0,
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  costUsd: 0,
})

/** Written out: a loop over the names costs many times as much, and this is done for every task. */
export function addUsage(sum: Usage, more: Partial<Usage>): Usage {
  return {
    bytes: sum.bytes + (more.bytes ?? 0),
    inputTokens: sum.inputTokens + (more.inputTokens ?? 0),
    outputTokens: sum.outputTokens + (more.outputTokens ?? 0),
    cachedInputTokens: sum.cachedInputTokens + (more.cachedInputTokens ?? 0),
    costUsd: sum.costUsd + (more.costUsd ?? 0),
  }
}

export function subtractUsage(from: Usage, less: Usage): Usage {
  return {
    bytes: from.bytes - less.bytes,
    inputTokens: from.inputTokens - less.inputTokens,
    outputTokens: from.outputTokens - less.outputTokens,
    cachedInputTokens: from.cachedInputTokens - less.cachedInputTokens,
    costUsd: from.costUsd - less.costUsd,
  }
}

/**
 * A usage that its caller reports or expects: one amount that is none would spoil every sum, rate and budget that it is part of.
 *
 * @param what whose it is, as the caller wrote it
 * @throws Failure `code` when an amount is no finite number of at least 0
 */
export function checkedUsage<U extends Partial<Usage>>(usage: U, code: BuiltInCode, what: string): U {
  for (const [name, amount] of Object.entries(usage)) {
    if (amount === undefined || (Number.isFinite(amount) && amount >= 0)) continue
    throw new Failure(code, `${what}: expected ${name} to be a number of at least 0, got ${String(amount)}`)
  }
  return usage
}
