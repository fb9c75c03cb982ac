/** What is to be expected of a run, before anything runs. */
export interface PlanDescription {
  readonly name: string
  /** Undefined where nobody can know before it is read: standard input. */
  readonly items: { readonly count: number; readonly isEstimate: boolean } | undefined
  /** How many of the items were looked at. */
  readonly sampled: number
  readonly steps: readonly DescribedStep[]
  readonly lanes: readonly LaneBound[]
  readonly total: { readonly inputTokens: number; readonly outputTokens: number; readonly costUsd: number }
  /**
   * In milliseconds, the time of the critical lane, all others beside it: by rates it cannot take less; by durations that were measured before it
   * is an estimate, and `critical` says so. Undefined: nothing limits it as far as is known.
   */
  readonly leastMs: number | undefined
  readonly critical: Pick<LaneBound, 'lane' | 'by' | 'isMeasured'> | undefined
  /** Names that a step asks of its items, and that none of those looked at has: it would fail, or is misspelt. They are among the notes. */
  readonly missing: readonly string[]
  /** What was guessed and how, in sentences. */
  readonly notes: readonly string[]
}

export interface DescribedStep {
  readonly name: string
  readonly kind: string
  readonly lane: string | undefined
  /** Where its work is done, if not on its lane: `cpu`. */
  readonly worksOn: string | undefined
  /** Where its attempts spend most of their time: of what fetches pages, its lane. */
  readonly busyOn: string | undefined
  /** Most attempts at the same time, if it says so. */
  readonly concurrency: number | undefined
  readonly model: string | undefined
  /** How often it runs, and what it uses in all. Undefined where the number of items is not known. */
  readonly runs: number | undefined
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costUsd: number
  /** It depends on what steps before it give. */
  readonly isGuessed: boolean
}

/** What a lane cannot go below, as far as is known. */
export interface LaneBound {
  readonly lane: string
  /** Attempts, and what they use. */
  readonly runs: number | undefined
  /** In milliseconds. Undefined: nothing that is known limits it. */
  readonly leastMs: number | undefined
  /** What takes so long: `50 requests/min`, `8 slots`. */
  readonly by: string | undefined
  /** It rests on what work took before: an estimate, which the next run may beat. */
  readonly isMeasured?: boolean
  /** The lesser one, where both its rates and what its work took before bound it. */
  readonly other?: { readonly leastMs: number; readonly by: string; readonly isMeasured?: boolean }
  readonly note?: string
}
