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
