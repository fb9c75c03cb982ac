import type { DescribedStep, PlanDescription } from '../job/description/plan-description.ts'

/** What is left to be done of a job that was run before. */
export interface LeftDescription extends Pick<PlanDescription, 'lanes' | 'total' | 'leastMs' | 'critical' | 'notes'> {
  /** The unfinished run that would be gone on with. Undefined: a new one would begin. */
  readonly run: string | undefined
  /** Another process is at it just now. */
  readonly isUnderWay: boolean
  /** The runs whose results it would take. */
  readonly before: readonly string[]
  readonly items: {
    readonly all: number
    /** Settled in the run that is gone on with: counted. */
    readonly settled: number
    /** Of the others, those for which nothing has to be run. */
    readonly recorded: number
    /** How many of the others were looked at. */
    readonly sampled: number
    /** Fewer than there are: what is said of those that are not settled is estimated from these. */
    readonly isSample: boolean
  }
  readonly steps: readonly LeftStep[]
}

/** `runs` and what these use is what is left. */
export interface LeftStep extends DescribedStep {
  /** Work whose end is recorded: it is taken from there. */
  readonly recorded: number
}
